using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Logging;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Telemetry;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing.Logging;
using AgentRuntime.Secrets;
using AgentRuntime.Storage.Sqlite;
using AgentRuntime.Workflows;
using AgentRuntime.Workspaces;
using Microsoft.Extensions.Logging;

namespace AgentRuntime.Cli.Composition;

/// <summary>The parts of one workspace, each opened at its first use and closed in order: sessions, telemetry, database, secret store.</summary>
internal sealed class WorkspaceHost : IAsyncDisposable
{
    private readonly ProcessHost _process;
    private readonly GlobalOptions _globals;
    private readonly LoggerFactory _loggers;
    private readonly PassphraseIntake _passphrase;
    private string? _id;
    private ISecretStore? _secrets;
    private SqliteRunDatabase? _database;
    private McpToolCaller? _tools;
    private TelemetryExport? _telemetry;

    public WorkspaceHost(ProcessHost process, Workspace workspace, GlobalOptions globals)
    {
        _process = process;
        _globals = globals;
        _passphrase = new PassphraseIntake(process.Input, globals.PassphraseDescriptor, workspace.Settings.Secrets.Embedded.Path);
        Workspace = workspace;
        Credentials = new CredentialCatalog(workspace.Servers.Values, workspace.Grants);
        _loggers = new LoggerFactory(
            [new ScrubbingLoggerProvider(new ConsoleLoggerProvider(process.Streams.Error, process.Time), process.Scrubber)],
            new LoggerFilterOptions { MinLevel = globals.Verbose ? LogLevel.Debug : LogLevel.Warning });
    }

    /// <summary>The checked files.</summary>
    public Workspace Workspace { get; private set; }

    /// <summary>What is allowed in the files and still worth a second look.</summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];

    /// <summary>What is wrong with the files that were left out; only where a command works without them.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>The credentials that the manifests name.</summary>
    public CredentialCatalog Credentials { get; private set; }

    /// <summary>The workspace's id.</summary>
    public string Id => _id ??= WorkspaceFolder.Identity(Workspace.Root, _process.Ids);

    /// <summary>Calls tools and lists them.</summary>
    public McpToolCaller Tools => _tools ??= new McpToolCaller(
        new McpClientOptions { MaxRequestBytes = Workspace.Settings.Limits.MaxRequestBytes, IdleTimeout = Workspace.Settings.Limits.IdleSession },
        _process.Scrubber,
        _process.Time,
        _loggers);

    /// <summary>Who reads a secret and why, for the store's own log.</summary>
    public SecretAccessContext Access(string purpose) => new() { Principal = _process.Principal, Purpose = purpose };

    /// <summary>The secret store, created at the first use.</summary>
    /// <exception cref="SecretStoreException">It cannot be opened.</exception>
    public async ValueTask<ISecretStore> SecretsAsync(CancellationToken cancellationToken) =>
        _secrets ??= await OpenStoreAsync(Workspace.Settings.Secrets.Store, cancellationToken);

    /// <summary>Opens a store by its word; the caller closes it.</summary>
    public ValueTask<ISecretStore> OpenStoreAsync(string store, CancellationToken cancellationToken) =>
        StoreOpening.OpenAsync(store, new StoreParts(Workspace.Settings, () => Id, _passphrase, _process, _globals), cancellationToken);

    /// <summary>Whether the store is the embedded one and nobody has stored anything yet. Opening it would make it.</summary>
    public bool StoreIsNotMade => Workspace.Settings.Secrets is { Store: "embedded" } secrets && !File.Exists(secrets.Embedded.Path);

    /// <summary>The store as one that can be written to.</summary>
    /// <exception cref="CliException">It cannot.</exception>
    public async ValueTask<ISecretWriter> WriterAsync(CancellationToken cancellationToken) =>
        await SecretsAsync(cancellationToken) as ISecretWriter ?? throw Cannot("be written to");

    /// <summary>The store as one that describes what it holds.</summary>
    /// <exception cref="CliException">It cannot.</exception>
    public async ValueTask<ISecretMetadata> MetadataAsync(CancellationToken cancellationToken) =>
        await SecretsAsync(cancellationToken) as ISecretMetadata ?? throw Cannot("say what it holds");

    /// <summary>The database of runs and audit entries, created at the first use.</summary>
    /// <exception cref="JournalUnavailableException">It cannot be opened.</exception>
    public async ValueTask<SqliteRunDatabase> DatabaseAsync(CancellationToken cancellationToken) =>
        _database ??= await SqliteRunDatabase.OpenAsync(
            new SqliteRunDatabaseOptions { Path = Workspace.Settings.Storage.Path, AnchorPath = WorkspaceFolder.AnchorFile(Id), WorkspaceId = Id },
            _process.Time,
            cancellationToken);

    /// <summary>Every version that still has a value, as far as the store lets them be read. The caller disposes them.</summary>
    /// <exception cref="SecretStoreException">The store cannot be opened or asked.</exception>
    public async Task<IReadOnlyList<SecretMaterial>> RetainedValuesAsync(CancellationToken cancellationToken) =>
        await RetainedValues.ReadAsync(await SecretsAsync(cancellationToken), Credentials.Names, Access("scrub-index"), cancellationToken);

    /// <summary>Makes the scrubber know every version that a store on this machine still has a value of, so that nothing this process prints or stores can hold one.</summary>
    /// <remarks>A remote store is not asked for values that no step needs; what a step reads is known before it can be used.</remarks>
    public async Task SeedScrubberAsync(CancellationToken cancellationToken)
    {
        if (await SecretsAsync(cancellationToken) is not ISecretArchive)
        {
            return;
        }

        var values = await RetainedValuesAsync(cancellationToken);
        _process.Scrubber.RegisterAll(values);
        foreach (var value in values)
        {
            value.Dispose();
        }
    }

    /// <summary>Reads the files once more and refuses what holds a value that the scrubber knows; from then on <see cref="Workspace"/> is what was checked. Settings stay.</summary>
    public WorkspaceLoad CheckAgainstKnownValues()
    {
        var load = Workspace.Load(Workspace.Root, _process.Scrubber.HoldsKnownValue);
        if (load.IsValid)
        {
            Workspace = load.Workspace with { Settings = Workspace.Settings };
            Credentials = new CredentialCatalog(Workspace.Servers.Values, Workspace.Grants);
        }

        return load;
    }

    /// <summary>A broker under these grants.</summary>
    public async ValueTask<CredentialBroker> BrokerAsync(GrantSet grants, CancellationToken cancellationToken) => new(
        grants,
        await DatabaseAsync(cancellationToken),
        await SecretsAsync(cancellationToken),
        _process.Scrubber,
        _process.Scrubber,
        _process.Ids,
        _process.Time);

    /// <summary>The engine under the workspace's grants and limits; starts the export of telemetry when it is configured.</summary>
    public async ValueTask<RunEngine> EngineAsync(CancellationToken cancellationToken)
    {
        StartTelemetry();
        var limits = Workspace.Settings.Limits;
        return new RunEngine(
            Workspace.Servers,
            await BrokerAsync(Workspace.Grants, cancellationToken),
            Tools,
            await DatabaseAsync(cancellationToken),
            _process.Scrubber,
            _process.Ids,
            _process.Time,
            new RunEngineOptions
            {
                MaxParallelSteps = limits.MaxParallelSteps,
                MaxResultBytes = limits.MaxResultBytes,
                DefaultStepTimeout = limits.DefaultStepTimeout,
            });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_tools is not null)
        {
            await _tools.DisposeAsync();
        }

        _telemetry?.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        if (_secrets is IAsyncDisposable secrets)
        {
            await secrets.DisposeAsync();
        }

        _passphrase.Dispose();
        _loggers.Dispose();
    }

    private CliException Cannot(string what) =>
        new(ExitCode.BadInput, "store_cannot", $"The secret store '{Workspace.Settings.Secrets.Store}' cannot {what}.");

    private void StartTelemetry()
    {
        if (_telemetry is null && Workspace.Settings.Telemetry.OtlpEndpoint is { } endpoint)
        {
            _telemetry = TelemetryExport.Start(endpoint, _process.Scrubber);
        }
    }
}
