using System.Text.Json;
using AgentRuntime.Json;

namespace AgentRuntime.Workflows.Clean;

/// <summary>Visits every value and member name of a document.</summary>
internal sealed class DefinitionWalker(Func<string, bool>? isKnownCredential)
{
    private static readonly string[] PairNames = ["name", "key", "header", "field"];
    private static readonly string[] ValueNames = ["value", "text", "data", "raw", "content", "default", "const", "example"];

    /// <summary>All findings with their places; at most one of each code at each place.</summary>
    public IEnumerable<(string Pointer, CleanFinding Finding, bool Key)> Walk(JsonElement root) =>
        Visit(root, string.Empty, null).DistinctBy(found => (found.Pointer, found.Finding.Code));

    private IEnumerable<(string Pointer, CleanFinding Finding, bool Key)> Visit(JsonElement value, string pointer, string? label)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return VisitObject(value, pointer);
            case JsonValueKind.Array:
                return value.EnumerateArray().SelectMany((item, index) => Visit(item, JsonPointer.Append(pointer, index), label)).Concat(VisitNeighbours(value, pointer));
            case JsonValueKind.String:
                return CheckText(value.GetString()!, label).Select(finding => (pointer, finding, false));
            case JsonValueKind.Number:
                return isKnownCredential?.Invoke(value.GetRawText()) == true ? [(pointer, Known(), false)] : [];
            default:
                return [];
        }
    }

    private IEnumerable<(string Pointer, CleanFinding Finding, bool Key)> VisitObject(JsonElement value, string pointer)
    {
        foreach (var member in value.EnumerateObject())
        {
            var at = JsonPointer.Append(pointer, member.Name);

            // '$schema', '$ref' and the operators of query languages are member names, not references.
            var name = member.Name.StartsWith('$') && member.Name.Skip(1).All(char.IsAsciiLetter) && member.Name.Any(char.IsAsciiLetterLower)
                ? member.Name[1..]
                : member.Name;
            foreach (var finding in CheckText(name, null))
            {
                yield return (at, finding, true);
            }

            if (CheckNamed(member.Name, member.Value) is { } named)
            {
                yield return (at, named, false);
            }

            foreach (var found in Visit(member.Value, at, member.Name))
            {
                yield return found;
            }
        }

        if (CheckPair(value) is { } pair)
        {
            yield return (JsonPointer.Append(pointer, pair), CleanFinding.Argument("This value belongs to a name that carries a credential."), false);
        }
    }

    /// <summary>Texts that stand side by side in an array are often put together again.</summary>
    private static IEnumerable<(string Pointer, CleanFinding Finding, bool Key)> VisitNeighbours(JsonElement array, string pointer)
    {
        var texts = array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "\n").ToList();
        if (texts.Count > 1 && texts.TrueForAll(text => !LiteralShapes.HasShape(text)) && LiteralShapes.HasShape(string.Concat(texts)))
        {
            yield return (pointer, CleanFinding.Literal("a credential in pieces"), false);
        }
    }

    private IEnumerable<CleanFinding> CheckText(string text, string? label)
    {
        if (isKnownCredential is not null && (isKnownCredential(text) || isKnownCredential(TemplateText.Read(text).Joined)))
        {
            return [Known()];
        }

        if (label is "expression" or "condition" or "while_condition" && ExpressionLiterals.Join(text) is { Length: > 0 } joined && LiteralShapes.HasShape(joined))
        {
            return CleanText.Check(text, label).Prepend(CleanFinding.Literal("a credential in pieces"));
        }

        return CleanText.Check(text, label);
    }

    private static CleanFinding? CheckNamed(string name, JsonElement value)
    {
        if (CredentialWords.IsReferenceName(name) && HasText(value, deep: true))
        {
            return CleanFinding.Secret();
        }

        return CredentialWords.IsCredentialName(name) && (HasText(value, deep: true) || (value.ValueKind == JsonValueKind.Number && CredentialWords.IsPasswordName(name)))
            ? CleanFinding.Argument("A member whose name says that it is a credential has a value.")
            : null;
    }

    /// <summary>The value member of a pair such as <c>{"name": "Authorization", "value": "..."}</c>.</summary>
    private static string? CheckPair(JsonElement pair)
    {
        var named = PairNames.Any(name => pair.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && CredentialWords.IsCredentialName(text.GetString()!));
        return named && pair.TryGetProperty("value", out var value) && HasText(value, deep: false) ? "value" : null;
    }

    private static bool HasText(JsonElement value, bool deep) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim().Length > 0,
        JsonValueKind.Array => value.EnumerateArray().Any(item => HasText(item, deep: false)),
        JsonValueKind.Object when deep => ValueNames.Any(name => value.TryGetProperty(name, out var inner) && HasText(inner, deep: false)),
        _ => false,
    };

    private static CleanFinding Known() =>
        new(ProblemCodes.KnownCredential, "This text holds the value of a stored credential.", "Remove it and rotate the credential with 'agentruntime credentials set SERVER/SCOPE'; no exception is possible.");
}
