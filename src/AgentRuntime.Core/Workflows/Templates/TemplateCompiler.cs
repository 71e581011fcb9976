using System.Text.Json;
using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Templates;

/// <summary>Compiles a JSON value; finds every problem and every reference in it. Not thread-safe.</summary>
internal sealed class TemplateCompiler
{
    public List<TemplateProblem> Problems { get; } = [];

    public List<TemplateReference> References { get; } = [];

    /// <summary>The node of a value. Parts without templates stay as they are.</summary>
    /// <param name="value">The value.</param>
    /// <param name="pointer">Its place.</param>
    /// <param name="omittable">Whether it is a member or an item, so that it can be left out.</param>
    public TemplateNode Compile(JsonElement value, string pointer, bool omittable)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return CompileString(value, pointer, omittable);
            case JsonValueKind.Array:
                var items = new TemplateNode[value.GetArrayLength()];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = Compile(value[i], JsonPointer.Append(pointer, i), omittable: true);
                }

                return items.All(item => item is LiteralNode) ? new LiteralNode(value) : new ArrayNode(items);
            case JsonValueKind.Object:
                return CompileObject(value, pointer);
            default:
                return new LiteralNode(value);
        }
    }

    private TemplateNode CompileObject(JsonElement value, string pointer)
    {
        var members = new List<(JsonEncodedText Name, TemplateNode Value)>();
        var literal = true;
        foreach (var member in value.EnumerateObject())
        {
            var name = member.Name;
            var place = JsonPointer.Append(pointer, name);
            if (name.Contains(TemplateParser.Open, StringComparison.Ordinal))
            {
                Problems.Add(new TemplateProblem(
                    place,
                    name.IndexOf(TemplateParser.Open, StringComparison.Ordinal),
                    ProblemCodes.TemplateInKey,
                    "A member name holds a template; names are fixed.",
                    "Write the name out, or build the object with a transform step."));
            }

            var node = Compile(member.Value, place, omittable: true);
            literal &= node is LiteralNode;
            members.Add((JsonEncodedText.Encode(name), node));
        }

        return literal ? new LiteralNode(value) : new ObjectNode([.. members]);
    }

    /// <summary>The text; <c>null</c> for half a surrogate pair, which is no text and so holds no template.</summary>
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private TemplateNode CompileString(JsonElement value, string pointer, bool omittable)
    {
        if (TextOf(value) is not { } text || !text.Contains(TemplateParser.Open, StringComparison.Ordinal))
        {
            return new LiteralNode(value);
        }

        var parts = new TemplateParser(text, pointer, Problems).Parse();
        var offset = 0;
        foreach (var part in parts)
        {
            foreach (var operand in part.Template?.Operands ?? [])
            {
                if (operand.Reference is { } reference)
                {
                    References.Add(reference);
                }
            }

            if (part.Template is { Omit: true } template && (parts.Count > 1 || !omittable))
            {
                Problems.Add(new TemplateProblem(
                    pointer,
                    Math.Max(0, text.IndexOf(template.Text, offset, StringComparison.Ordinal)),
                    ProblemCodes.MisplacedOmit,
                    "'omit' stands where there is no whole member or item to leave out.",
                    "Use it in a string that is one template and a member of an object or an item of an array."));
            }

            offset += part.Template?.Text.Length ?? part.Literal.Length;
        }

        return parts is [{ Template: { } whole }] ? new WholeNode(whole, pointer) : new TextNode([.. parts], pointer);
    }
}
