using AgentRuntime.Names;

namespace AgentRuntime.Workspaces;

/// <summary>HashiCorp Vault or OpenBao: the section <c>secrets.vault</c>.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Auth">How the runtime logs in.</param>
public sealed record VaultSecretSettings(Uri Address, VaultAuthSettings Auth)
{
    /// <summary>Whether plain http to loopback is allowed. Default false.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>The namespace, without a slash at its ends; <c>null</c> for the root.</summary>
    public string? Namespace { get; init; }

    /// <summary>A PEM file with the roots that are trusted instead of the machine's; <c>null</c> for the machine's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Where the key/value engine is mounted. Default <c>secret</c>.</summary>
    public string Mount { get; init; } = "secret";

    /// <summary>The version of the key/value engine, 1 or 2. Default 2.</summary>
    public int KvVersion { get; init; } = 2;

    /// <summary>The folder of all credentials below the mount; may be empty. Default <c>agentruntime</c>.</summary>
    public string Prefix { get; init; } = "agentruntime";

    /// <summary>The tokens of steps.</summary>
    public VaultTokenSettings Tokens { get; init; } = new();

    /// <summary>The key that values are encrypted with; <c>null</c> when they are stored as they are.</summary>
    public VaultTransitSettings? Transit { get; init; }

    /// <summary>The credentials that the database engine makes for each use.</summary>
    public IReadOnlyDictionary<CredentialName, VaultDatabaseSettings> Database { get; init; } = new Dictionary<CredentialName, VaultDatabaseSettings>();

    /// <summary>The longest time of one read or write with all its retries; 0.1 to 300 seconds, 10 by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>How the runtime logs in to a vault.</summary>
/// <param name="Mount">Where the method is mounted, below <c>auth/</c>.</param>
public abstract record VaultAuthSettings(string Mount)
{
    /// <summary>AppRole.</summary>
    /// <param name="Mount">Where it is mounted.</param>
    /// <param name="RoleId">The role's id; not secret by itself.</param>
    /// <param name="SecretIdFile">The file with the secret id, or with the token that it is wrapped in.</param>
    /// <param name="Wrapped">Whether the file holds a wrapping token; it is deleted after use.</param>
    public sealed record AppRole(string Mount, string RoleId, string SecretIdFile, bool Wrapped) : VaultAuthSettings(Mount);

    /// <summary>The service account of a Kubernetes pod.</summary>
    /// <param name="Mount">Where it is mounted.</param>
    /// <param name="Role">The role.</param>
    /// <param name="TokenFile">The service account's token.</param>
    public sealed record Kubernetes(string Mount, string Role, string TokenFile) : VaultAuthSettings(Mount);

    /// <summary>A JWT of an identity provider.</summary>
    /// <param name="Mount">Where it is mounted.</param>
    /// <param name="Role">The role, or <c>null</c> for the mount's default.</param>
    /// <param name="TokenFile">The JWT.</param>
    public sealed record Jwt(string Mount, string? Role, string TokenFile) : VaultAuthSettings(Mount);

    /// <summary>A client certificate.</summary>
    /// <param name="Mount">Where it is mounted.</param>
    /// <param name="Name">The certificate role, or <c>null</c> for any that fits.</param>
    /// <param name="CertFile">PEM.</param>
    /// <param name="KeyFile">PEM.</param>
    public sealed record Certificate(string Mount, string? Name, string CertFile, string KeyFile) : VaultAuthSettings(Mount);

    /// <summary>A token that somebody else, such as a Vault agent, keeps in a file.</summary>
    /// <param name="Path">The file.</param>
    public sealed record AgentToken(string Path) : VaultAuthSettings("token");
}

/// <summary>The tokens that steps read with.</summary>
public sealed record VaultTokenSettings
{
    /// <summary>The kind of token. Default <see cref="VaultTokenMode.Step"/>.</summary>
    public VaultTokenMode Mode { get; init; }

    /// <summary>The token role. Default <c>agentruntime-step</c>.</summary>
    public string Role { get; init; } = "agentruntime-step";

    /// <summary>How long a token lives; 5 seconds to 1 hour, 60 seconds by default. A lease of the database engine lives no longer.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What the names of step policies begin with. Default <c>agentruntime-</c>.</summary>
    public string PolicyPrefix { get; init; } = "agentruntime-";
}

/// <summary>The kinds of step tokens.</summary>
public enum VaultTokenMode
{
    /// <summary>A service token: uses are counted, and it is revoked when the lease ends.</summary>
    Step,

    /// <summary>A batch token: cheaper; uses are not counted, it has no accessor and cannot be revoked.</summary>
    Batch,

    /// <summary>No token: the login travels with each read (OpenBao). The runtime's identity itself can read.</summary>
    Inline,
}

/// <summary>A key of the transit engine.</summary>
/// <param name="Mount">Where the engine is mounted.</param>
/// <param name="Key">The key.</param>
public sealed record VaultTransitSettings(string Mount, string Key);

/// <summary>A role of the database engine.</summary>
/// <param name="Mount">Where the engine is mounted.</param>
/// <param name="Role">The role.</param>
public sealed record VaultDatabaseSettings(string Mount, string Role);
