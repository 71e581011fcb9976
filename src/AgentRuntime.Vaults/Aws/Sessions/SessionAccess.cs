using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Aws.Sessions;

/// <summary>An attempt's use of a session. Disposal forgets the keys; AWS has no way for a holder to revoke them, so they end at AWS by their expiry.</summary>
internal sealed class SessionAccess(AwsSession session) : StoreAccess
{
    private int _ended;

    public override string Accessor => Session.Name;

    public AwsSession Session { get; } = session;

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            Session.LetGo();
        }

        return ValueTask.CompletedTask;
    }
}
