/** Options of `spawn` for a user whom file permissions apply to: root may do everything. */
export const unprivileged = process.getuid?.() === 0 ? { uid: 54_321 } : {};
