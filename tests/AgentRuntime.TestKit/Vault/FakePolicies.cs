using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentRuntime.TestKit.Vault;

/// <summary>The policies of the fake vault: paths with <c>+</c> and a <c>*</c> at the end, and capabilities. Called under the vault's lock.</summary>
internal sealed partial class FakePolicies
{
    private const string Default = """
        path "auth/token/lookup-self" { capabilities = ["read"] }
        path "auth/token/renew-self" { capabilities = ["update"] }
        path "auth/token/revoke-self" { capabilities = ["update"] }
        path "sys/capabilities-self" { capabilities = ["update"] }
        """;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal) { ["default"] = Default };

    public void Set(string name, string text) => _texts[name.ToLowerInvariant()] = text;

    public void Remove(string name) => _texts.Remove(name.ToLowerInvariant());

    /// <summary>What these policies may do at a path.</summary>
    public IReadOnlyCollection<string> Capabilities(IEnumerable<string> policies, string path)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var policy in policies)
        {
            if (policy == "root")
            {
                return ["root"];
            }

            foreach (var rule in Rules(policy).Where(rule => Matches(rule.Path, path)))
            {
                found.UnionWith(rule.Capabilities);
            }
        }

        return found.Contains("deny") || found.Count == 0 ? ["deny"] : found;
    }

    public bool Allows(FakeToken token, string path, string operation)
    {
        var can = Capabilities(token.Policies, path);
        return can.Contains("root") || can.Contains(operation) || (operation == "update" && can.Contains("create"));
    }

    public FakeAnswer Handle(FakeRequest request) => (request.Operation, request.Segments[3..]) switch
    {
        ("read", [var name]) => _texts.TryGetValue(name, out var text) ? FakeAnswer.Ok(new JsonObject { ["name"] = name, ["policy"] = text }) : FakeAnswer.NotFound,
        ("update", [var name]) => Write(name, request.Text("policy") ?? string.Empty),
        ("delete", [var name]) => Delete(name),
        ("list", []) => FakeAnswer.Ok(new JsonObject { ["keys"] = FakeToken.Names(_texts.Keys.Append("root").Order(StringComparer.Ordinal)) }),
        _ => FakeAnswer.Fail(405),
    };

    /// <summary>Whether a path or name fits a pattern.</summary>
    public static bool Matches(string pattern, string path)
    {
        var open = pattern.EndsWith('*');
        var expression = string.Join("[^/]+", (open ? pattern[..^1] : pattern).Split('+').Select(Regex.Escape));
        return Regex.IsMatch(path, $"^{expression}{(open ? ".*" : string.Empty)}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    private FakeAnswer Write(string name, string text)
    {
        Set(name, text);
        return FakeAnswer.Done;
    }

    private FakeAnswer Delete(string name)
    {
        Remove(name);
        return FakeAnswer.Done;
    }

    private IEnumerable<(string Path, string[] Capabilities)> Rules(string policy) => _texts.TryGetValue(policy, out var text)
        ? Rule().Matches(text).Select(match => (match.Groups["path"].Value, Word().Matches(match.Groups["can"].Value).Select(word => word.Groups["word"].Value).ToArray()))
        : [];

    [GeneratedRegex("""path\s+"(?<path>[^"]+)"\s*\{[^}]*?capabilities\s*=\s*\[(?<can>[^\]]*)\]""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rule();

    [GeneratedRegex("\"(?<word>[a-z]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
