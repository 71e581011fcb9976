using System.Collections.Concurrent;

namespace AgentRuntime.Mcp.Client;

/// <summary>The calls under way on one connection. All of them use the same credential version. Thread-safe.</summary>
internal sealed class CallScopes
{
    // Far from the ids that the SDK gives to its own requests.
    private const long FirstId = 1_000_000;
    private readonly ConcurrentDictionary<long, CallScope> _live = new();
    private readonly AsyncLocal<CallScope?> _current = new();
    private long _lastId = FirstId;

    /// <summary>The call on whose behalf the current code runs, if that call still lasts.</summary>
    public CallScope? Current => _current.Value is { Lease: not null } scope ? scope : _live.Values.FirstOrDefault(scope => scope.Lease is not null);

    /// <summary>The call on whose behalf the current code runs, also when it uses no credential.</summary>
    public CallScope? Own => _current.Value;

    /// <summary>Begins a call. The current async flow belongs to it until the caller's method returns.</summary>
    public long Enter(CallScope scope)
    {
        var id = Interlocked.Increment(ref _lastId);
        _live[id] = scope;
        _current.Value = scope;
        return id;
    }

    /// <summary>Ends a call: nothing reaches its lease through this connection any more.</summary>
    public void Leave(long id)
    {
        if (_live.TryRemove(id, out var scope))
        {
            scope.End();
        }

        _current.Value = null;
    }

    public CallScope? Find(long id) => _live.GetValueOrDefault(id);

    public IReadOnlyCollection<KeyValuePair<long, CallScope>> Live() => [.. _live];

    public int GreatestLimit()
    {
        var greatest = 0;
        foreach (var (_, scope) in _live)
        {
            greatest = Math.Max(greatest, scope.MaxResultBytes);
        }

        return greatest;
    }
}
