using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentRuntime.TestKit.Aws;

/// <summary>As much of IAM's policies as a session's policy uses: allowed actions, resources with wildcards, and the conditions StringEquals and StringLike.</summary>
internal static class FakePolicy
{
    /// <summary>Whether the policy allows it.</summary>
    public static bool Allows(string policy, string action, string resource, IReadOnlyDictionary<string, string>? context = null)
    {
        using var document = JsonDocument.Parse(policy);
        return document.RootElement.GetProperty("Statement").EnumerateArray().Any(statement =>
            statement.GetProperty("Effect").GetString() == "Allow"
            && Texts(statement.GetProperty("Action")).Any(one => Like(one, action))
            && Texts(statement.GetProperty("Resource")).Any(one => Like(one, resource))
            && (!statement.TryGetProperty("Condition", out var conditions) || conditions.EnumerateObject().All(kind => kind.Value.EnumerateObject().All(one => Holds(kind.Name, one, context)))));
    }

    private static bool Holds(string kind, JsonProperty condition, IReadOnlyDictionary<string, string>? context)
    {
        if (context is null || !context.TryGetValue(condition.Name, out var actual))
        {
            return false;
        }

        return kind switch
        {
            "StringEquals" => Texts(condition.Value).Contains(actual),
            "StringLike" => Texts(condition.Value).Any(one => Like(one, actual)),
            _ => false,
        };
    }

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().Select(one => one.GetString()!) : [json.GetString()!];

    private static bool Like(string pattern, string text) => Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace(@"\*", ".*").Replace(@"\?", ".")}$", RegexOptions.Singleline, TimeSpan.FromSeconds(5));
}
