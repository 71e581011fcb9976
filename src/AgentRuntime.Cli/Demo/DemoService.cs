using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Demo;

/// <summary>One of the sample services.</summary>
/// <param name="Program">Its program, <c>PROGRAM.mjs</c>.</param>
/// <param name="Server">The server's name in the workspace.</param>
/// <param name="Port">The port that the sample workspace names; the demo takes a free one instead.</param>
/// <param name="Scopes">Its scopes, each with the names of its key's fields.</param>
internal sealed record DemoService(string Program, string Server, int Port, IReadOnlyDictionary<string, IReadOnlyList<string>> Scopes)
{
    /// <summary>The five services of the sample workspace.</summary>
    public static IReadOnlyList<DemoService> All { get; } =
    [
        new("crm", "crm", 7001, Keys(("read", [SecretMaterial.ValueField]), ("write", [SecretMaterial.ValueField]))),
        new("email", "email", 7002, Keys(("send", ["username", "password"]))),
        new("payments", "payments", 7003, Keys(("read", [SecretMaterial.ValueField]), ("refund", [SecretMaterial.ValueField]))),
        new("internal", "internal", 7004, Keys(("audit", ["id", "token"]))),
        new("documents-api", "documents", 7005, Keys(("read", [SecretMaterial.ValueField]))),
    ];

    private static Dictionary<string, IReadOnlyList<string>> Keys(params (string Scope, string[] Fields)[] scopes) =>
        scopes.ToDictionary(scope => scope.Scope, IReadOnlyList<string> (scope) => scope.Fields, StringComparer.Ordinal);
}
