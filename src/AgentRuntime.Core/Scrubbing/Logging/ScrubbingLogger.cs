using Microsoft.Extensions.Logging;

namespace AgentRuntime.Scrubbing.Logging;

/// <summary>Scrubs each entry before the inner logger sees it.</summary>
internal sealed class ScrubbingLogger(ILogger inner, IScrubber scrubber) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(LogStateScrub.State(scrubber, state) ?? string.Empty);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
        {
            return;
        }

        var message = scrubber.Scrub(formatter(state, exception));
        var error = exception is null ? null : ScrubbedException.Of(scrubber, exception);
        var name = eventId.Name is null ? null : scrubber.Scrub(eventId.Name);
        inner.Log(logLevel, new EventId(eventId.Id, name), new ScrubbedState(LogStateScrub.State(scrubber, state), message), error, static (entry, _) => entry.ToString());
    }
}
