using System.Globalization;

namespace AgentRuntime.Json;

/// <summary>Where each value and member name begins, as a tree, so that memory grows with the file and not with the length of pointers.</summary>
internal sealed class JsonPositions
{
    private readonly List<(int Key, int Value)> _nodes = [];
    private readonly Dictionary<(int Parent, string Segment), int> _children = [];

    /// <summary>How many values there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>Adds the root.</summary>
    public int AddRoot(int value)
    {
        _nodes.Add((-1, value));
        return 0;
    }

    /// <summary>Adds a member; the first of two with the same name keeps its place.</summary>
    public int AddMember(int parent, string name, int key, int value)
    {
        _nodes.Add((key, value));
        _children.TryAdd((parent, name), _nodes.Count - 1);
        return _nodes.Count - 1;
    }

    /// <summary>Adds an item.</summary>
    public int AddItem(int parent, int index, int value) =>
        AddMember(parent, index.ToString(CultureInfo.InvariantCulture), -1, value);

    /// <summary>Whether the object has the member already.</summary>
    public bool HasMember(int parent, string name) => _children.ContainsKey((parent, name));

    /// <summary>The place of the value at the pointer, or of the nearest one around it.</summary>
    public (int Key, int Value) Find(string pointer)
    {
        var node = 0;
        foreach (var segment in JsonPointer.Split(pointer) ?? [])
        {
            if (!_children.TryGetValue((node, segment), out var child))
            {
                break;
            }

            node = child;
        }

        return _nodes[node];
    }
}
