package datalake.digdag;

/**
 * Ends the engine when the launcher that started it is gone (killed by a signal that it could not pass on), so that
 * no workflow runs on unseen while the next launcher takes the session up again. The launcher names itself in the
 * system property {@code datalake.parent}.
 */
final class ParentWatch {
    private static final long INTERVAL_MS = 250;
    private static final int TERMINATED = 143;

    ParentWatch() {
        Long parent = Long.getLong("datalake.parent");
        if (parent != null) {
            Background.every(INTERVAL_MS, "parent-watch", () -> endWithout(parent));
        }
    }

    private static void endWithout(long parent) {
        boolean alive = ProcessHandle.current().parent().map(handle -> handle.pid() == parent).orElse(false);
        if (!alive) {
            System.exit(TERMINATED);
        }
    }
}
