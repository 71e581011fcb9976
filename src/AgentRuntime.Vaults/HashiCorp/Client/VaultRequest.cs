namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>One call of the vault's API, without the token it is made with. Safe to print; can be sent more than once.</summary>
/// <param name="Method">The HTTP method; <c>LIST</c> is one too.</param>
/// <param name="Path">What is asked.</param>
internal sealed record VaultRequest(HttpMethod Method, VaultPath Path)
{
    private static readonly HttpMethod ListMethod = new("LIST");

    /// <summary>What stands behind the question mark; of known words and numbers only.</summary>
    public string? Query { get; init; }

    /// <summary>Writes the body's members.</summary>
    public Action<VaultBody>? Body { get; init; }

    /// <summary>The body's type.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Asks for the answer wrapped, for this time.</summary>
    public TimeSpan? WrapTtl { get; init; }

    /// <summary>Logs in with the request itself (OpenBao), instead of a token.</summary>
    public InlineAuth? Inline { get; init; }

    /// <summary>A namespace other than the client's.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether sending it twice does no harm.</summary>
    public bool Repeatable { get; init; } = true;

    public static VaultRequest Get(VaultPath path) => new(HttpMethod.Get, path);

    public static VaultRequest List(VaultPath path) => new(ListMethod, path);

    public static VaultRequest Delete(VaultPath path) => new(HttpMethod.Delete, path);

    public static VaultRequest Post(VaultPath path, Action<VaultBody>? body = null) => new(HttpMethod.Post, path) { Body = body ?? (static _ => { }) };

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}
