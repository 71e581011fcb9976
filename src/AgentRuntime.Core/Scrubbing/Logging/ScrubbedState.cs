using System.Collections;

namespace AgentRuntime.Scrubbing.Logging;

/// <summary>The scrubbed state of a log entry: its values by name, as providers that structure logs read them, and its message.</summary>
internal sealed class ScrubbedState(object? state, string message) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly IReadOnlyList<KeyValuePair<string, object?>> _values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];

    public int Count => _values.Count;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The scrubbed message.</summary>
    public override string ToString() => message;
}
