/** The part of an untyped package that is used here (decision 0090). */
declare module "fs-native-extensions" {
  /**
   * Tries to lock an open file, exclusively or shared, without waiting, and returns whether it succeeded. The lock belongs to
   * the open file description, not to the process, and ends with its last descriptor: Linux `F_OFD_SETLK`, macOS `flock`.
   */
  export function tryLock(fd: number, options?: { shared?: boolean }): boolean;
}
