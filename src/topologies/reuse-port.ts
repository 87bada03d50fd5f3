// Whether several sockets can listen on one port here, so that the kernel deals the connections out
// to them. Pure: it compares the version and the platform, and tries nothing.

/** The version of Node and the operating system, as `process` names them. */
export interface Runtime {
  readonly version: string;
  readonly platform: string;
}

export function thisRuntime(): Runtime {
  return { version: process.versions.node, platform: process.platform };
}

/** The kernels that deal the connections of one port out to several sockets (libuv's list). */
const PLATFORMS: readonly string[] = ['linux', 'freebsd', 'dragonfly', 'sunos', 'aix'];

/** Which Node, or which system, cannot share one port; undefined when this one can. */
export function explainNoPortSharing({ version, platform }: Runtime): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const canReuse = major >= 24 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
  if (!canReuse) {
    return `Node ${version}: sharing one port needs reusePort, in Node 22.12 or later`;
  }
  if (PLATFORMS.includes(platform)) return undefined;
  return `${platform}: its kernel does not spread the connections of one port over threads`;
}
