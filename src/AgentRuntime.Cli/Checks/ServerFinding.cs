namespace AgentRuntime.Cli.Checks;

/// <summary>What a check of one server at one scope found.</summary>
/// <param name="Server">The server.</param>
/// <param name="Scope">The scope, or <c>null</c> when it needs no credential.</param>
/// <param name="Credential">The credential and version in use, or <c>null</c>.</param>
/// <param name="ProtocolVersion">The protocol revision, when connected.</param>
/// <param name="Failure">Why it could not be checked, or <c>null</c>.</param>
/// <param name="Exit">The exit code for the failure.</param>
internal sealed record ServerFinding(string Server, string? Scope, string? Credential, string? ProtocolVersion, string? Failure, Errors.ExitCode Exit)
{
    /// <summary>Tools of the manifest that the server does not offer.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Tools that the server offers and the manifest does not list; they cannot be called.</summary>
    public IReadOnlyList<string> New { get; init; } = [];

    /// <summary>Listed tools whose description or input schema is another than at the last check.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Listed tools that the server calls read-only or idempotent and about which the manifest says nothing. Only the manifest counts.</summary>
    public IReadOnlyList<string> SafeToRepeat { get; init; } = [];

    /// <summary>Whether the server was not contacted because its credential could not be read.</summary>
    public bool NotRead { get; init; }

    /// <summary><c>ok</c>, <c>warn</c> or <c>fail</c>.</summary>
    public string Status => Failure is not null || Missing.Count > 0 ? "fail" : New.Count > 0 || Changed.Count > 0 ? "warn" : "ok";
}
