package datalake.digdag;

/** Repeats something in a daemon thread for as long as the process lives. */
final class Background {
    private Background() {
    }

    static void every(long milliseconds, String name, Runnable action) {
        Thread thread = new Thread(() -> repeat(milliseconds, action), name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void repeat(long milliseconds, Runnable action) {
        try {
            while (true) {
                Thread.sleep(milliseconds);
                action.run();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
