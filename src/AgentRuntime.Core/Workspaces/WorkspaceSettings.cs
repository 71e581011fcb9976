namespace AgentRuntime.Workspaces;

/// <summary>A checked <c>agentruntime.json</c>. Paths are absolute.</summary>
/// <param name="Secrets">Where values live.</param>
/// <param name="Storage">Where runs and the audit log live.</param>
/// <param name="Limits">Limits of the engine.</param>
/// <param name="Telemetry">Where telemetry goes.</param>
public sealed record WorkspaceSettings(SecretSettings Secrets, StorageSettings Storage, LimitSettings Limits, TelemetrySettings Telemetry)
{
    /// <summary>What holds when a settings file says nothing.</summary>
    /// <param name="root">The workspace's folder, absolute.</param>
    public static WorkspaceSettings Default(string root) => new(
        new SecretSettings("embedded", new EmbeddedSecretSettings(Path.Combine(root, ".agentruntime", "secrets.db"), new MasterKeySource.UserFile())),
        new StorageSettings("sqlite", Path.Combine(root, ".agentruntime", "runs.db")),
        new LimitSettings(),
        new TelemetrySettings(null));
}

/// <summary>Where values live.</summary>
/// <param name="Store">The store's word: <c>embedded</c>, <c>vault</c>, <c>aws</c> or <c>azure</c>.</param>
/// <param name="Embedded">The embedded store.</param>
public sealed record SecretSettings(string Store, EmbeddedSecretSettings Embedded)
{
    /// <summary>HashiCorp Vault or OpenBao; <c>null</c> without a section. Always there when it is the store.</summary>
    public VaultSecretSettings? Vault { get; init; }

    /// <summary>AWS Secrets Manager; <c>null</c> without a section. Always there when it is the store.</summary>
    public AwsSecretSettings? Aws { get; init; }

    /// <summary>Azure Key Vault; <c>null</c> without a section. Always there when it is the store.</summary>
    public AzureSecretSettings? Azure { get; init; }
}

/// <summary>The embedded store.</summary>
/// <param name="Path">Its file.</param>
/// <param name="MasterKey">Where its key comes from.</param>
public sealed record EmbeddedSecretSettings(string Path, MasterKeySource MasterKey);

/// <summary>Where a master key comes from.</summary>
public abstract record MasterKeySource
{
    private MasterKeySource()
    {
    }

    /// <summary>A file under the user's configuration folder, named by the workspace's id.</summary>
    public sealed record UserFile : MasterKeySource;

    /// <summary>A file of the user's own; may lie outside the workspace.</summary>
    /// <param name="Path">Absolute.</param>
    public sealed record File(string Path) : MasterKeySource;

    /// <summary>A passphrase that is asked for.</summary>
    public sealed record Passphrase : MasterKeySource;

    /// <summary>A random key that is kept encrypted by a transit key of the vault of the section <c>secrets.vault</c>.</summary>
    /// <param name="Mount">Where the transit engine is mounted.</param>
    /// <param name="Key">The transit key.</param>
    public sealed record VaultTransit(string Mount, string Key) : MasterKeySource
    {
        internal static VaultTransit Read(Json.ObjectReader reader) => new(VaultPaths.Optional(reader, "mount") ?? "transit", reader.OptionalName("key") ?? "agentruntime-master");
    }
}

/// <summary>Where runs and the audit log live.</summary>
/// <param name="Provider">The provider's word; only <c>sqlite</c> is available.</param>
/// <param name="Path">The database file.</param>
public sealed record StorageSettings(string Provider, string Path);

/// <summary>Limits of the engine.</summary>
public sealed record LimitSettings
{
    /// <summary>The greatest size of a tool's result in bytes; 1 KiB to 1 GiB, 8 MiB by default.</summary>
    public int MaxResultBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The greatest size of a request to a tool in bytes; 1 KiB to 1 GiB, 8 MiB by default.</summary>
    public int MaxRequestBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Steps of one run that run at once; 1 to 1000, 16 by default.</summary>
    public int MaxParallelSteps { get; init; } = 16;

    /// <summary>The longest time of one attempt when its step says nothing; 1 second to 1 day, 5 minutes by default.</summary>
    public TimeSpan DefaultStepTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long an unused session or process of a server is kept; 0 to 1 day, 5 minutes by default.</summary>
    public TimeSpan IdleSession { get; init; } = TimeSpan.FromSeconds(300);
}

/// <summary>Where telemetry goes.</summary>
/// <param name="OtlpEndpoint">An OTLP endpoint, http or https, or <c>null</c> for no export.</param>
public sealed record TelemetrySettings(Uri? OtlpEndpoint);
