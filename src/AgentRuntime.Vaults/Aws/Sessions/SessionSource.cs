using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Identity;
using AgentRuntime.Vaults.Aws.Wire;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Aws.Sessions;

/// <summary>Assumes the role for attempts: one session each, or one for all attempts of a run that use the same credential. Keeps sessions, never a value. Thread-safe.</summary>
internal sealed class SessionSource(StsClient sts, IAwsIdentity identity, Patience patience, AwsSecretSettings settings, TimeProvider time) : IDisposable
{
    // A shared session that ends sooner is not used any more.
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(RunId Run, CredentialName Credential), AwsSession> _shared = [];

    /// <summary>A session for the request.</summary>
    /// <exception cref="SecretStoreException">There is no identity to assume the role with.</exception>
    public async Task<(SessionAccess? Access, AwsFault? Fault)> OpenAsync(SecretReadRequest request, CancellationToken cancellationToken)
    {
        (RunId, CredentialName)? key = settings.Session == AwsSessionUse.Run && request.Context.Run is { } run ? (run, request.Credential) : null;
        if (key is { } known && Shared(known) is { } open)
        {
            return (new SessionAccess(open), null);
        }

        using var keys = await identity.KeysAsync(cancellationToken);
        var (session, fault) = await patience.RepeatAsync(
            () => sts.AssumeAsync(request.Credential, request.Context, keys, cancellationToken),
            static made => made.Fault,
            cancellationToken);
        if (session is null)
        {
            return (null, fault);
        }

        if (key is { } made)
        {
            Keep(made, session);
        }

        return (new SessionAccess(session), null);
    }

    /// <summary>Forgets a shared session that AWS does not take any more.</summary>
    public void Forget(AwsSession session)
    {
        lock (_gate)
        {
            foreach (var (key, _) in _shared.Where(pair => pair.Value == session).ToList())
            {
                _shared.Remove(key);
                session.LetGo();
            }
        }
    }

    /// <summary>Forgets every shared session.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var session in _shared.Values)
            {
                session.LetGo();
            }

            _shared.Clear();
        }
    }

    private AwsSession? Shared((RunId Run, CredentialName Credential) key)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var (over, session) in _shared.Where(pair => pair.Value.Expires - Reserve <= now).ToList())
            {
                _shared.Remove(over);
                session.LetGo();
            }

            return _shared.TryGetValue(key, out var open) && open.TryUse() ? open : null;
        }
    }

    // Of two that were made at the same moment one is kept; the other serves its attempt only.
    private void Keep((RunId Run, CredentialName Credential) key, AwsSession session)
    {
        lock (_gate)
        {
            if (_shared.TryAdd(key, session))
            {
                session.TryUse();
            }
        }
    }
}
