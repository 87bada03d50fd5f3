// A stand-in until the charts are merged.

export const CHART_VARIABLES: Readonly<Record<'light' | 'dark', string>> = {
  light: '--chart-ink:#1a1d21;',
  dark: '--chart-ink:#eef0f2;',
};
