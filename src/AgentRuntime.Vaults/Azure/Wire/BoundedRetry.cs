using System.Security.Authentication;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AgentRuntime.Vaults.Azure.Wire;

/// <summary>Sends again what may succeed the next time, as long as the time of the call lasts.</summary>
/// <remarks>A wait that the vault asks for and that would outlast the call is not begun: the caller is told at once. A certificate that is not trusted stays so.</remarks>
internal sealed class BoundedRetry(TimeSpan delay) : RetryPolicy(MaxRetries, DelayStrategy.CreateExponentialDelayStrategy(delay, MaxDelay))
{
    private const int MaxRetries = 4;

    private static TimeSpan MaxDelay => TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException)
            {
                return ValueTask.FromResult(false);
            }
        }

        return message.TryGetProperty(VaultCall.Property, out var property) && property is VaultCall call && call.Status != 0 && call.RetryAfter >= call.TimeLeft()
            ? ValueTask.FromResult(false)
            : base.ShouldRetryAsync(message, exception);
    }
}
