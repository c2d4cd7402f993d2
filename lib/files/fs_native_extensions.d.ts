/** The part that is used here of a package without types (decision 0090). */
declare module "fs-native-extensions" {
  /**
   * Locks an open file, exclusively or shared, and returns whether that was possible at once. The lock belongs to the
   * opening of the file, not to the process, and goes with its last descriptor: Linux `F_OFD_SETLK`, macOS `flock`.
   */
  export function tryLock(fd: number, options?: { shared?: boolean }): boolean;
}
