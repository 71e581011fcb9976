using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Access;

/// <summary>A step's token: one policy, counted uses, seconds of life. Ending it revokes it by its accessor, and with it every lease that was made with it.</summary>
internal sealed class VaultStepAccess : StoreAccess
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);
    private readonly SecretValue _token;
    private readonly Func<string, Task> _revoke;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lifetime;
    private readonly long _since;
    private readonly Lock _gate = new();
    private Task? _ending;

    /// <param name="token">The token; owned.</param>
    /// <param name="accessor">Its accessor, or <c>null</c> when it has none and cannot be revoked.</param>
    /// <param name="lifetime">How long it lives from now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="revoke">Revokes an accessor; never throws, and bounds its own time.</param>
    public VaultStepAccess(SecretValue token, string? accessor, TimeSpan lifetime, TimeProvider time, Func<string, Task> revoke)
    {
        _token = token;
        Accessor = accessor;
        _lifetime = lifetime;
        _time = time;
        _since = time.GetTimestamp();
        _revoke = revoke;
    }

    /// <inheritdoc/>
    public override string? Accessor { get; }

    /// <summary>Whether it was made so short ago that a node may not know it yet.</summary>
    public bool IsFresh => _time.GetElapsedTime(_since) < Margin;

    /// <summary>Whether it is about to expire, or has ended.</summary>
    public bool IsOver => _ending is not null || _lifetime - _time.GetElapsedTime(_since) < (Margin < _lifetime / 4 ? Margin : _lifetime / 4);

    /// <summary>A copy of the token for one request, which the caller disposes; <c>null</c> when the right has ended.</summary>
    public SecretValue? Lend()
    {
        lock (_gate)
        {
            return _ending is null ? _token.Duplicate() : null;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_ending is null)
            {
                _token.Dispose();
                _ending = Accessor is { } accessor ? _revoke(accessor) : Task.CompletedTask;
            }

            return new ValueTask(_ending);
        }
    }
}
