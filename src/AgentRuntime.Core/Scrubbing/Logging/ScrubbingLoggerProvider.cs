using Microsoft.Extensions.Logging;

namespace AgentRuntime.Scrubbing.Logging;

/// <summary>
/// The outermost wrapper of a log provider: the message, every value and name of the state, scopes and the exception's text go through the scrubber
/// before the inner provider sees them. Values that are not text are only replaced when their text holds a secret.
/// </summary>
/// <remarks>Thread-safe as the inner provider is. Disposes the inner provider.</remarks>
public sealed class ScrubbingLoggerProvider(ILoggerProvider inner, IScrubber scrubber) : ILoggerProvider, ISupportExternalScope
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new ScrubbingLogger(inner.CreateLogger(categoryName), scrubber);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider)
    {
        if (inner is ISupportExternalScope scoped)
        {
            scoped.SetScopeProvider(new ScrubbingScopes(scopeProvider, scrubber));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
