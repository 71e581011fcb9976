using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Sessions;

/// <summary>The keys of one session of the role, which can read one secret. Counted: the keys are zeroed when the last user lets go. Thread-safe.</summary>
internal sealed class AwsSession(string name, AwsKeys keys, DateTimeOffset expires)
{
    private readonly Lock _gate = new();
    private int _users = 1;

    /// <summary>The session's name, which CloudTrail shows; safe to print.</summary>
    public string Name { get; } = name;

    /// <summary>When AWS ends it.</summary>
    public DateTimeOffset Expires { get; } = expires;

    /// <summary>The keys; zeroed once nobody uses the session.</summary>
    public AwsKeys Keys { get; } = keys;

    /// <summary>Counts one more user, or says that it is over.</summary>
    public bool TryUse()
    {
        lock (_gate)
        {
            return _users > 0 && ++_users > 0;
        }
    }

    /// <summary>One user less.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            if (_users > 0 && --_users == 0)
            {
                Keys.Dispose();
            }
        }
    }
}
