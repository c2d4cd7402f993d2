package datalake.digdag;

import java.io.Reader;
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
 */
public final class ScopedScriptEngine extends AbstractScriptEngine implements Invocable {
    private final ScriptEngine shared;
    private final ScriptContext scope = new SimpleScriptContext();

    public ScopedScriptEngine(ScriptEngine shared) {
        this.shared = shared;
        scope.setBindings(shared.createBindings(), ScriptContext.ENGINE_SCOPE);
    }

    @Override
    public Object eval(String script, ScriptContext ignored) throws ScriptException {
        synchronized (shared) {
            return shared.eval(script, scope);
        }
    }

    @Override
    public Object eval(Reader script, ScriptContext ignored) throws ScriptException {
        synchronized (shared) {
            return shared.eval(script, scope);
        }
    }

    @Override
    public Object invokeFunction(String name, Object... arguments) throws ScriptException, NoSuchMethodException {
        synchronized (shared) {
            shared.setContext(scope);
            return ((Invocable) shared).invokeFunction(name, arguments);
        }
    }

    @Override
    public Object invokeMethod(Object target, String name, Object... arguments)
            throws ScriptException, NoSuchMethodException {
        synchronized (shared) {
            shared.setContext(scope);
            return ((Invocable) shared).invokeMethod(target, name, arguments);
        }
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
