package datalake.digdag;

import java.io.Reader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import javax.script.AbstractScriptEngine;
import javax.script.Bindings;
import javax.script.Invocable;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptException;
import javax.script.SimpleScriptContext;

/**
 * A global scope of its own within a script engine that several share. Calls are serialised on the shared engine,
 * because functions are looked up in the engine's current context.
 *
 * <p>Digdag begins each task by evaluating two scripts, its function {@code template} and moment.js, and calls the
 * function with every text of the task. Most texts have nothing to replace, and few use moment.js: a script is
 * evaluated when the first text needs it.
 */
public final class ScopedScriptEngine extends AbstractScriptEngine implements Invocable {
    private static final Pattern REPLACED = Pattern.compile("\\$[{$]");
    private static final String MOMENT = "moment";

    private final ScriptEngine shared;
    private final ScriptContext scope = new SimpleScriptContext();
    private final List<String> scripts = new ArrayList<>();

    public ScopedScriptEngine(ScriptEngine shared) {
        this.shared = shared;
        scope.setBindings(shared.createBindings(), ScriptContext.ENGINE_SCOPE);
    }

    @Override
    public Object eval(String script, ScriptContext ignored) {
        scripts.add(script);
        return null;
    }

    @Override
    public Object eval(Reader script, ScriptContext ignored) {
        throw new UnsupportedOperationException("Digdag has its scripts as strings");
    }

    @Override
    public Object invokeFunction(String name, Object... arguments) throws ScriptException, NoSuchMethodException {
        String text = (String) arguments[0];
        if (!REPLACED.matcher(text).find()) return text;
        synchronized (shared) {
            evaluateScriptsFor(text);
            shared.setContext(scope);
            return ((Invocable) shared).invokeFunction(name, arguments);
        }
    }

    private void evaluateScriptsFor(String text) throws ScriptException {
        for (Iterator<String> left = scripts.iterator(); left.hasNext();) {
            String script = left.next();
            if (script.contains(MOMENT) && !text.contains(MOMENT)) continue;
            shared.eval(script, scope);
            left.remove();
        }
    }

    @Override
    public Object invokeMethod(Object target, String name, Object... arguments) {
        throw new UnsupportedOperationException("Digdag calls functions by name only");
    }

    @Override
    public <T> T getInterface(Class<T> type) {
        throw new UnsupportedOperationException("Digdag calls functions by name only");
    }

    @Override
    public <T> T getInterface(Object target, Class<T> type) {
        throw new UnsupportedOperationException("Digdag calls functions by name only");
    }

    @Override
    public Bindings createBindings() {
        return shared.createBindings();
    }

    @Override
    public ScriptEngineFactory getFactory() {
        return shared.getFactory();
    }
}
