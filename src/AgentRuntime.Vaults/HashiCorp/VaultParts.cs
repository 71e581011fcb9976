using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Access;
using AgentRuntime.Vaults.HashiCorp.Auth;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Work;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp;

/// <summary>The parts of a vault in use, and which of them serves whom. Thread-safe.</summary>
internal sealed class VaultParts : IAsyncDisposable
{
    private readonly LoginSource _login;
    private readonly VaultClient _client;
    private readonly InlineIdentity _inline;

    /// <exception cref="SecretStoreException">The address or a certificate file cannot be used.</exception>
    public VaultParts(VaultStoreOptions options, TimeProvider time)
    {
        Settings = options.Settings;
        _client = new VaultClient(ClientOptions(Settings), time);
        _login = LoginSource.Create(Settings.Auth);
        Calls = new VaultCalls(_client, Settings.Timeout);
        Names = VaultNames.Of(Settings);
        Runtime = new RuntimeIdentity(Calls, _login);
        Tokens = new StepTokens(Calls, Runtime, Names, Settings.Tokens);
        Operator = options.OperatorTokenFile is { } file ? new OperatorIdentity(Calls, file) : null;
        _inline = new InlineIdentity(Calls, _login);
        var vault = _client.Description;
        var transit = Settings.Transit is { } key ? new TransitFields(VaultPath.Parse(key.Mount), key.Key, vault) : null;
        Reading = new KvReading(Names, transit, vault);
        Writing = new KvWriting(Names, transit, vault);
        Describing = new KvDescribing(Names, vault);
        One = new KvOne(Names, Reading, transit, vault);
        Database = new DatabaseReading(Settings.Database, vault);
    }

    public VaultSecretSettings Settings { get; }

    public VaultCalls Calls { get; }

    public VaultNames Names { get; }

    public RuntimeIdentity Runtime { get; }

    public StepTokens Tokens { get; }

    /// <summary>The person who writes, or <c>null</c>.</summary>
    public OperatorIdentity? Operator { get; }

    public KvReading Reading { get; }

    public KvWriting Writing { get; }

    public KvDescribing Describing { get; }

    public KvOne One { get; }

    public DatabaseReading Database { get; }

    /// <summary>Who writes.</summary>
    public VaultIdentity Writer => Operator is { } person ? person : Runtime;

    /// <summary>How to reach the vault of these settings.</summary>
    public static VaultClientOptions ClientOptions(VaultSecretSettings settings) => new()
    {
        Address = settings.Address,
        AllowPlainHttp = settings.AllowPlainHttp,
        Namespace = settings.Namespace,
        CaFile = settings.CaFile,
        CertFile = (settings.Auth as VaultAuthSettings.Certificate)?.CertFile,
        KeyFile = (settings.Auth as VaultAuthSettings.Certificate)?.KeyFile,
    };

    /// <summary>How many requests a read of this credential makes.</summary>
    public int UsesOf(CredentialName credential) => Database.Makes(credential) ? DatabaseReading.Uses : Reading.Uses;

    /// <summary>The person, when the work is theirs and not a step's.</summary>
    public OperatorIdentity? OperatorFor(SecretAccessContext context) => context.Run is null ? Operator : null;

    /// <summary>The step's identity for a read, which takes over the prepared right; <c>null</c> when somebody else reads.</summary>
    public StepIdentity? StepFor(SecretReadRequest request) =>
        StepFor(request.Credential, request.Context, UsesOf(request.Credential), request.Access as VaultStepAccess);

    /// <summary>The step's identity for other work; <c>null</c> when somebody else does it.</summary>
    public StepIdentity? StepFor(CredentialName credential, SecretAccessContext context, int uses, VaultStepAccess? prepared = null) =>
        prepared is null && (Settings.Tokens.Mode == VaultTokenMode.Inline || OperatorFor(context) is not null)
            ? null
            : new StepIdentity(Tokens, credential, context, uses, prepared);

    /// <summary>Who works when <see cref="StepFor(SecretReadRequest)"/> gives nobody.</summary>
    public VaultIdentity OtherFor(SecretAccessContext context) => OperatorFor(context) is { } person ? person : _inline;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Tokens.DisposeAsync();
        await Runtime.EndAsync();
        Runtime.Dispose();
        _client.Dispose();
    }
}
