using Microsoft.Extensions.Logging;

namespace AgentRuntime.Scrubbing.Logging;

/// <summary>Scopes that a provider reads itself, scrubbed as it reads them.</summary>
internal sealed class ScrubbingScopes(IExternalScopeProvider inner, IScrubber scrubber) : IExternalScopeProvider
{
    public void ForEachScope<TState>(Action<object?, TState> callback, TState state) =>
        inner.ForEachScope((scope, outer) => callback(LogStateScrub.State(scrubber, scope), outer), state);

    public IDisposable Push(object? state) => inner.Push(state);
}
