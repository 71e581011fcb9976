namespace AgentRuntime.Cli.Demo;

/// <summary>One of the sample services.</summary>
/// <param name="Program">Its program, <c>PROGRAM.mjs</c>.</param>
/// <param name="Server">The server's name in the workspace.</param>
/// <param name="Port">The port that the sample workspace names; the demo takes a free one instead.</param>
/// <param name="Scopes">Its scopes, each with the fields of its key. A fixed text is not secret.</param>
internal sealed record DemoService(string Program, string Server, int Port, IReadOnlyDictionary<string, IReadOnlyList<DemoField>> Scopes)
{
    /// <summary>The five services of the sample workspace.</summary>
    public static IReadOnlyList<DemoService> All { get; } =
    [
        new("crm", "crm", 7001, Keys(("read", [DemoField.Value]), ("write", [DemoField.Value]))),
        new("email", "email", 7002, Keys(("send", [new("username", "agentruntime"), new("password")]))),
        new("payments", "payments", 7003, Keys(("read", [DemoField.Value]), ("refund", [DemoField.Value]))),
        new("internal", "internal", 7004, Keys(("audit", [new("id", "invoice-service"), new("token")]))),
        new("documents-api", "documents", 7005, Keys(("read", [DemoField.Value]))),
    ];

    private static Dictionary<string, IReadOnlyList<DemoField>> Keys(params (string Scope, DemoField[] Fields)[] scopes) =>
        scopes.ToDictionary(scope => scope.Scope, IReadOnlyList<DemoField> (scope) => scope.Fields, StringComparer.Ordinal);
}

/// <summary>A field of a key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fixed">A text that is not secret, or <c>null</c> for a random value.</param>
internal sealed record DemoField(string Name, string? Fixed = null)
{
    /// <summary>The field of a key with one field.</summary>
    public static DemoField Value { get; } = new(Secrets.SecretMaterial.ValueField);
}
