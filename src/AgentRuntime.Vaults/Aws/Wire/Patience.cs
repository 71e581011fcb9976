using System.Security.Cryptography;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>Repeats what may succeed a moment later, within one time for the whole operation. Thread-safe.</summary>
/// <param name="limit">The longest time of an operation.</param>
/// <param name="time">The clock.</param>
internal sealed class Patience(TimeSpan limit, TimeProvider time)
{
    private const int Attempts = 4;
    private const double FirstWaitMs = 100;

    /// <summary>Runs an operation that may send several requests, for at most the whole time.</summary>
    /// <param name="work">The operation.</param>
    /// <param name="late">What to give when the time is over.</param>
    /// <param name="cancellationToken">The caller's own end, which stays a cancellation.</param>
    public async ValueTask<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work, Func<AwsFault, T> late, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await work(both.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return late(new AwsFault("Timeout", SecretFailureKind.Unavailable, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"did not answer within {limit.TotalSeconds:0.#} seconds. Check the network and the endpoint, or raise timeout_s.")));
        }
    }

    /// <summary>Sends until it succeeds or fails for good, at most four times, with growing waits of which a random part is taken off.</summary>
    public async Task<T> RepeatAsync<T>(Func<Task<T>> send, Func<T, AwsFault?> fault, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var result = await send();
            if (fault(result) is not { IsPassing: true } || attempt == Attempts)
            {
                return result;
            }

            var wait = FirstWaitMs * (1 << (attempt - 1)) * RandomNumberGenerator.GetInt32(50, 101) / 100;
            await Task.Delay(TimeSpan.FromMilliseconds(wait), time, cancellationToken);
        }
    }
}
