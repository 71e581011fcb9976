using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Auth;

/// <summary>A token of the runtime's own identity and how long it is good for. Owns the token. Thread-safe.</summary>
/// <param name="token">The token; owned.</param>
/// <param name="accessor">Its accessor, if it has one.</param>
/// <param name="lifetime">How long it lives from now; zero when that is not known or it does not end.</param>
/// <param name="renewable">Whether it can be renewed.</param>
/// <param name="time">The clock.</param>
internal sealed class HeldToken(SecretValue token, string? accessor, TimeSpan lifetime, bool renewable, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _since = time.GetTimestamp();

    /// <summary>Its accessor.</summary>
    public string? Accessor => accessor;

    /// <summary>How long it lives altogether; zero when that is not known.</summary>
    public TimeSpan Lifetime => lifetime;

    /// <summary>Whether it can be renewed.</summary>
    public bool Renewable => renewable;

    /// <summary>Whether the vault refused it.</summary>
    public bool Refused { get; private set; }

    /// <summary>Whether it should be renewed or replaced before it is used: two thirds of its life are over.</summary>
    public bool IsDue => Refused || (lifetime > TimeSpan.Zero && time.GetElapsedTime(_since) >= lifetime * (2.0 / 3));

    /// <summary>Whether its life is over.</summary>
    public bool IsOver => Refused || (lifetime > TimeSpan.Zero && time.GetElapsedTime(_since) >= lifetime);

    /// <summary>A copy for one request, which the caller disposes.</summary>
    public SecretValue Lend()
    {
        lock (_gate)
        {
            return token.Duplicate();
        }
    }

    /// <summary>The same token with a life that begins now.</summary>
    public HeldToken Renewed(TimeSpan duration, bool again) => new(Lend(), accessor, duration, again, time);

    /// <summary>Notes that the vault refused it.</summary>
    public void Refuse() => Refused = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            token.Dispose();
        }
    }

    /// <summary>Never the token.</summary>
    public override string ToString() => $"[vault token {accessor}]";
}
