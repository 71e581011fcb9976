using System.Security.Cryptography;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Client;

namespace AgentRuntime.Vaults.HashiCorp.Calls;

/// <summary>Sends requests again, with growing waits, while what is wrong may pass and time is left. Thread-safe.</summary>
internal sealed class VaultCalls(VaultClient client, TimeSpan limit)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>The client.</summary>
    public VaultClient Client => client;

    /// <summary>The clock.</summary>
    public TimeProvider Time => client.Time;

    /// <summary>The time of one piece of work.</summary>
    public Deadline Begin() => new(client.Time, limit);

    /// <summary>The time of one piece of work that must not take longer than this.</summary>
    public Deadline Begin(TimeSpan most) => new(client.Time, most < limit ? most : limit);

    /// <summary>Gives the first answer that is final, or the last one when the time is over. The caller disposes it.</summary>
    public async ValueTask<VaultResponse> SendAsync(VaultRequest request, SecretValue? token, Deadline deadline, CancellationToken cancellationToken)
    {
        VaultResponse? before = null;
        for (var attempt = 0; ; attempt++)
        {
            var response = await client.SendAsync(request, token, deadline.Left, cancellationToken);
            if (before is not null && response.TimedOut)
            {
                // What was wrong before says more than that the last try had too little time.
                response.Dispose();
                return before;
            }

            before?.Dispose();
            if (!RetryRules.MayPass(response, request))
            {
                return response;
            }

            var wait = response.RetryAfter is { } asked && asked > TimeSpan.Zero ? asked : Wait(attempt);
            if (wait >= deadline.Left)
            {
                return response;
            }

            before = response;
            await Task.Delay(wait, client.Time, cancellationToken);
        }
    }

    /// <summary>How long to wait before the next try; between half and all of a time that doubles, so that many do not come back at once.</summary>
    public static TimeSpan Wait(int attempt)
    {
        var full = Math.Min(FirstWait.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 10)), LongestWait.TotalMilliseconds);
        return TimeSpan.FromMilliseconds((full / 2) + RandomNumberGenerator.GetInt32((int)(full / 2) + 1));
    }
}
