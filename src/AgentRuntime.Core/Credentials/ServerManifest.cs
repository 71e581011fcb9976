using AgentRuntime.Names;

namespace AgentRuntime.Credentials;

/// <summary>A checked <c>servers/NAME.json</c>: how to reach an MCP server, its scopes and its tools. Holds no secret and no reference to one.</summary>
/// <param name="Name">The server's name.</param>
/// <param name="Transport">How to reach it.</param>
/// <param name="Credentials">What each scope's credential is and how it is attached.</param>
/// <param name="Tools">The tools that may be called; no other can.</param>
public sealed record ServerManifest(
    ServerName Name,
    ServerTransport Transport,
    IReadOnlyDictionary<ScopeName, CredentialSpec> Credentials,
    IReadOnlyDictionary<ToolName, ToolSpec> Tools)
{
    /// <summary>The credential that a scope of this server uses: its own, or the shared one it names.</summary>
    public CredentialName CredentialFor(ScopeName scope) =>
        Credentials.TryGetValue(scope, out var spec) && spec.Shared is { } shared ? shared : new CredentialName(Name, scope);
}

/// <summary>How to reach a server.</summary>
public abstract record ServerTransport
{
    private ServerTransport()
    {
    }

    /// <summary>Streamable HTTP. Plain http is allowed to loopback only.</summary>
    public sealed record Http(Uri Url) : ServerTransport;

    /// <summary>A child process. Its environment is an allow-list plus <paramref name="Environment"/> plus the credential.</summary>
    /// <param name="Command">The program; looked up on the PATH, never in the working directory.</param>
    /// <param name="Arguments">Its arguments.</param>
    /// <param name="WorkingDirectory">The working directory, absolute.</param>
    /// <param name="Environment">Plain settings that are not secret.</param>
    public sealed record Stdio(string Command, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment) : ServerTransport;
}

/// <summary>What a scope's credential is and how it is attached.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Attachments">Where its parts go.</param>
/// <param name="Shared">The name of a credential that several servers share on purpose, or <c>null</c>.</param>
public sealed record CredentialSpec(CredentialType Type, IReadOnlyList<CredentialAttachment> Attachments, CredentialName? Shared)
{
    /// <summary>The names of the fields that the attachments use; never empty.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [Secrets.SecretMaterial.ValueField];
}

/// <summary>The kinds of credential.</summary>
public enum CredentialType
{
    /// <summary><c>Authorization: Bearer VALUE</c>.</summary>
    Bearer,

    /// <summary><c>Authorization: Basic base64(username:password)</c>; fields <c>username</c> and <c>password</c>.</summary>
    Basic,

    /// <summary>A header, a query parameter, an environment variable or an argument.</summary>
    ApiKey,

    /// <summary>Several headers.</summary>
    CustomHeaders,
}

/// <summary>One place where a credential is attached.</summary>
/// <param name="Place">Where.</param>
/// <param name="Name">The header, query parameter or environment variable; empty for an argument and for basic.</param>
/// <param name="Template">The text with <c>{field}</c> placeholders, such as <c>Token {value}</c>. For <see cref="AttachmentPlace.BasicHeader"/> it is <c>{username}:{password}</c>, base64-encoded by the transport.</param>
public sealed record CredentialAttachment(AttachmentPlace Place, string Name, string Template);

/// <summary>Where a credential is attached.</summary>
public enum AttachmentPlace
{
    /// <summary>An HTTP header, on every request.</summary>
    Header,

    /// <summary>The <c>Authorization</c> header with the Basic scheme.</summary>
    BasicHeader,

    /// <summary>A query parameter of every HTTP request.</summary>
    Query,

    /// <summary>An environment variable of the one child process.</summary>
    Environment,

    /// <summary>An argument of the one child process; visible to other processes.</summary>
    Argument,
}

/// <summary>A tool that may be called.</summary>
/// <param name="Scope">Its scope, or <c>null</c> when it uses no credential.</param>
/// <param name="Idempotent">Whether it may be repeated; <c>null</c> means unknown, which counts as no.</param>
public sealed record ToolSpec(ScopeName? Scope, bool? Idempotent);
