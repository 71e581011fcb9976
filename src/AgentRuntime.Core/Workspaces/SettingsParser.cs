using AgentRuntime.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Reads <c>agentruntime.json</c>. Stateless; thread-safe.</summary>
public static class SettingsParser
{
    private static readonly Dictionary<string, bool> Stores = new(StringComparer.Ordinal) { ["embedded"] = true, ["vault"] = true, ["aws"] = true, ["azure"] = true };

    private static readonly Dictionary<string, bool> KeySources = new(StringComparer.Ordinal)
    {
        ["user_file"] = true,
        ["file"] = true,
        ["passphrase"] = true,
        ["keyring"] = false,
        ["vault_transit"] = true,
        ["aws_kms"] = false,
    };

    private static readonly Dictionary<string, bool> Providers = new(StringComparer.Ordinal) { ["sqlite"] = true, ["postgres"] = false };

    /// <summary>Reads the settings, or finds everything that is wrong with them.</summary>
    /// <param name="file">The file, as problems name it.</param>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="root">The workspace's folder, absolute.</param>
    public static Checked<WorkspaceSettings> Parse(string file, ReadOnlyMemory<byte> utf8, string root)
    {
        var problems = new List<Problem>();
        if (JsonSource.Parse(file, utf8, JsonDialect.Relaxed, problems) is not { } source
            || ObjectReader.TryOpen(source, source.Root, string.Empty, "A settings file", problems) is not { } reader)
        {
            return new Checked<WorkspaceSettings>(null, problems);
        }

        reader.OptionalString("$schema");
        var standard = WorkspaceSettings.Default(root);
        var settings = new WorkspaceSettings(
            ReadSecrets(reader.OptionalObject("secrets"), standard.Secrets, root),
            ReadStorage(reader.OptionalObject("storage"), standard.Storage, root),
            ReadLimits(reader.OptionalObject("limits"), standard.Limits),
            ReadTelemetry(reader.OptionalObject("telemetry"), standard.Telemetry));
        reader.Done();
        return new Checked<WorkspaceSettings>(settings, problems);
    }

    private static SecretSettings ReadSecrets(ObjectReader? reader, SecretSettings standard, string root)
    {
        if (reader is null)
        {
            return standard;
        }

        var store = OptionalWord(reader, "store", Stores) ?? standard.Store;
        if (store != standard.Store && reader.OptionalValue(store) is null)
        {
            reader.RequiredValue(store);
        }

        var settings = new SecretSettings(store, ReadEmbedded(reader.OptionalObject("embedded"), standard.Embedded, root))
        {
            Vault = Section(reader, "vault", root, VaultSettingsParser.Read),
            Aws = Section(reader, "aws", root, AwsSettingsParser.Read),
            Azure = Section(reader, "azure", root, AzureSettingsParser.Read),
        };
        if (settings.Embedded.MasterKey is MasterKeySource.VaultTransit && reader.OptionalValue("vault") is null)
        {
            reader.RequiredValue("vault");
        }

        reader.Done();
        return settings;
    }

    private static T? Section<T>(ObjectReader reader, string name, string root, Func<ObjectReader, string, T?> read)
        where T : class =>
        reader.OptionalObject(name) is { } section ? read(section, root) : null;

    private static EmbeddedSecretSettings ReadEmbedded(ObjectReader? reader, EmbeddedSecretSettings standard, string root)
    {
        if (reader is null)
        {
            return standard;
        }

        var path = WorkspacePaths.Inside(reader, "path", root, standard.Path);
        var key = ReadKey(reader.OptionalObject("master_key"), standard.MasterKey, root);
        reader.Done();
        return new EmbeddedSecretSettings(path ?? standard.Path, key);
    }

    private static MasterKeySource ReadKey(ObjectReader? reader, MasterKeySource standard, string root)
    {
        if (reader is null)
        {
            return standard;
        }

        var source = reader.RequiredValue("source") is null ? null : OptionalWord(reader, "source", KeySources);
        var path = source == "file" ? WorkspacePaths.Anywhere(reader, "path", root) : null;
        var transit = source == "vault_transit" ? MasterKeySource.VaultTransit.Read(reader) : null;
        reader.Done();
        return source switch
        {
            "file" when path is not null => new MasterKeySource.File(path),
            "passphrase" => new MasterKeySource.Passphrase(),
            "vault_transit" when transit is not null => transit,
            _ => standard,
        };
    }

    private static StorageSettings ReadStorage(ObjectReader? reader, StorageSettings standard, string root)
    {
        if (reader is null)
        {
            return standard;
        }

        OptionalWord(reader, "provider", Providers);
        var path = WorkspacePaths.Inside(reader, "path", root, standard.Path);
        reader.Done();
        return standard with { Path = path ?? standard.Path };
    }

    private static LimitSettings ReadLimits(ObjectReader? reader, LimitSettings standard)
    {
        if (reader is null)
        {
            return standard;
        }

        const int KiB = 1024, GiB = 1024 * 1024 * 1024, Day = 86_400;
        var limits = new LimitSettings
        {
            MaxResultBytes = reader.OptionalInt("max_result_bytes", KiB, GiB) ?? standard.MaxResultBytes,
            MaxRequestBytes = reader.OptionalInt("max_request_bytes", KiB, GiB) ?? standard.MaxRequestBytes,
            MaxParallelSteps = reader.OptionalInt("max_parallel_steps", 1, 1000) ?? standard.MaxParallelSteps,
            DefaultStepTimeout = Seconds(reader.OptionalNumber("default_step_timeout_s", 1, Day)) ?? standard.DefaultStepTimeout,
            IdleSession = Seconds(reader.OptionalNumber("idle_session_s", 0, Day)) ?? standard.IdleSession,
        };
        reader.Done();
        return limits;
    }

    private static TelemetrySettings ReadTelemetry(ObjectReader? reader, TelemetrySettings standard)
    {
        if (reader is null)
        {
            return standard;
        }

        var endpoint = reader.OptionalString("otlp_endpoint");
        reader.Done();
        return endpoint is null || !UrlRules.Check(reader, "otlp_endpoint", endpoint, httpAnywhere: true, out var url) ? standard : new TelemetrySettings(url);
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    /// <summary>A word that is known; one that is planned is refused by its name.</summary>
    private static string? OptionalWord(ObjectReader reader, string name, Dictionary<string, bool> words)
    {
        if (reader.OptionalString(name) is not { } word)
        {
            return null;
        }

        if (!words.TryGetValue(word, out var available))
        {
            reader.ReportUnknownWord(name, word, words.Where(pair => pair.Value).Select(pair => pair.Key));
            return null;
        }

        if (!available)
        {
            reader.Report(name, ProblemCodes.NotAvailableYet, $"\"{word}\" is not available yet.", $"Use one of: {string.Join(", ", words.Where(pair => pair.Value).Select(pair => pair.Key))}.");
            return null;
        }

        return word;
    }
}
