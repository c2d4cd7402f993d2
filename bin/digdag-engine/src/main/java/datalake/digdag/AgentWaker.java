package datalake.digdag;

import com.google.inject.Inject;
import io.digdag.core.agent.TaskServerApi;

/**
 * Keeps the local agent awake. It waits up to a second for the next task and can miss its wake-up call, which
 * would put an idle second between any two tasks.
 */
final class AgentWaker {
    private static final long INTERVAL_MS = 25;

    /** Commands such as {@code check} have no agent: then this is not called. */
    @Inject(optional = true)
    void keepAwake(TaskServerApi tasks) {
        Background.every(INTERVAL_MS, "agent-waker", tasks::interruptLocalWait);
    }
}
