using System.Text.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Workflows.Templates;

/// <summary>One path to a value, such as <c>steps.find-customer.result.emails[0]</c>. Immutable.</summary>
public sealed class TemplateReference
{
    private readonly PathSegment[] _path;

    internal TemplateReference(TemplateRoot root, StepId? step, PathSegment[] path, string text, string pointer, int offset)
    {
        Root = root;
        Step = step;
        _path = path;
        Text = text;
        Pointer = pointer;
        Offset = offset;
    }

    /// <summary>What it begins with.</summary>
    public TemplateRoot Root { get; }

    /// <summary>The step it names, if any.</summary>
    public StepId? Step { get; }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>The JSON pointer of the string that holds it.</summary>
    public string Pointer { get; }

    /// <summary>Where in that string, from 0.</summary>
    public int Offset { get; }

    /// <summary>The value, when every part of the path is there.</summary>
    internal bool TryResolve(TemplateScope scope, out JsonElement value)
    {
        if (!scope.TryGet(Root, Step, out value))
        {
            return false;
        }

        foreach (var segment in _path)
        {
            if (!segment.TryFollow(value, out value))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One part of a path: a member's name, or a place in an array.</summary>
/// <param name="Name">The name; for <c>.0</c> the digits.</param>
/// <param name="Index">The place, or -1 when it can only be a name.</param>
/// <param name="IndexOnly">Whether it was written <c>[0]</c>, so that it is no name.</param>
internal readonly record struct PathSegment(string Name, int Index, bool IndexOnly)
{
    public bool TryFollow(JsonElement from, out JsonElement value)
    {
        switch (from.ValueKind)
        {
            case JsonValueKind.Object when !IndexOnly && from.TryGetProperty(Name, out value):
                return true;
            case JsonValueKind.Array when Index >= 0 && Index < from.GetArrayLength():
                value = from[Index];
                return true;
            default:
                value = default;
                return false;
        }
    }
}
