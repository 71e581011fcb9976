using System.CommandLine;
using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary>The options of <c>audit reconcile</c>.</summary>
internal sealed class ReconcileArguments
{
    private const double LongestTolerance = 3600;

    private readonly Option<string[]> _vault = Files("--vault-audit", "The audit log of HashiCorp Vault or OpenBao; give rotated files oldest first");
    private readonly Option<string[]> _cloudTrail = Files("--cloudtrail", "AWS CloudTrail files");
    private readonly Option<string[]> _azure = Files("--azure-log", "Azure Key Vault diagnostic log files");
    private readonly Option<string?> _since = new("--since") { HelpName = "TIME", Description = "Only from this time on: 2026-01-31T08:00:00Z, or 30m, 24h, 7d" };
    private readonly Option<string?> _until = new("--until") { HelpName = "TIME", Description = "Only before this time" };
    private readonly Option<string?> _mount = new("--mount") { HelpName = "NAME", Description = "The KV mount of the vault (default: as in the settings, else secret)" };
    private readonly Option<string?> _prefix = new("--prefix") { HelpName = "NAME", Description = "The folder of the credentials in the vault, or what the names of their secrets begin with in AWS and Azure (default: as in the settings, else agentruntime)" };
    private readonly Option<string?> _namespace = new("--namespace") { HelpName = "NAME", Description = "Only this namespace of the vault (default: as in the settings)" };
    private readonly Option<string[]> _paths = new("--path") { HelpName = "PATH", Description = "Judge this path or secret too, such as database/creds/ROLE or transit/decrypt/KEY" };
    private readonly Option<string[]> _identities = new("--runtime-identity") { HelpName = "ID", Description = "An ARN in AWS or an application id in Azure that is the runtime's own: its reads that name no run are listed as such and are no alarm" };
    private readonly Option<double> _tolerance = new("--tolerance") { HelpName = "SECONDS", Description = "By how much the clocks of store and runtime may differ (default 5)", DefaultValueFactory = _ => 5 };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _vault, _cloudTrail, _azure, _since, _until, _mount, _prefix, _namespace, _paths, _identities, _tolerance })
        {
            command.Add(option);
        }
    }

    /// <summary>How to compare.</summary>
    public ReconcileOptions Options(ParseResult arguments, DateTimeOffset now)
    {
        var tolerance = arguments.GetValue(_tolerance);
        if (!(tolerance is >= 0 and <= LongestTolerance))
        {
            throw new CliException(ExitCode.BadInput, "bad_tolerance", "The tolerance is a number of seconds from 0 to 3600.");
        }

        var options = new ReconcileOptions
        {
            Tolerance = TimeSpan.FromSeconds(tolerance),
            Since = arguments.GetValue(_since) is { } since ? TimeArgument.Parse(since, now) : null,
            Until = arguments.GetValue(_until) is { } until ? TimeArgument.Parse(until, now) : null,
        };
        return options is { Since: { } from, Until: { } to } && from >= to
            ? throw new CliException(ExitCode.BadInput, "bad_window", "The time of --since is not before that of --until.")
            : options;
    }

    /// <summary>The logs to read, at least one.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="places">Where the credentials lie by default.</param>
    /// <param name="isRecorded">Whether our log has an id of a request.</param>
    public IReadOnlyList<LogFiles> Logs(ParseResult arguments, StorePlaces places, Func<string, bool> isRecorded)
    {
        var prefix = arguments.GetValue(_prefix);
        var paths = arguments.GetValue(_paths) ?? [];
        string[] identities = [.. places.RuntimeIdentities, .. arguments.GetValue(_identities) ?? []];
        var logs = new List<LogFiles>();
        Add(_vault, () => new VaultAuditReader(new VaultAuditOptions
        {
            Mount = arguments.GetValue(_mount) ?? places.Mount,
            Prefix = prefix ?? places.Folder,
            Namespace = arguments.GetValue(_namespace) ?? places.Namespace,
            Paths = [.. places.Paths, .. paths],
            IsRecorded = isRecorded,
        }));
        Add(_cloudTrail, () => new CloudTrailReader(new CloudTrailOptions { Prefix = prefix ?? places.AwsPrefix, Names = paths, RuntimeIdentities = identities }));
        Add(_azure, () => new AzureLogReader(new AzureLogOptions { Prefix = prefix ?? places.AzurePrefix, Host = places.AzureHost, CredentialOf = places.AzureCredentialOf, Names = paths, RuntimeIdentities = identities }));
        return logs.Count > 0
            ? logs
            : throw new CliException(ExitCode.BadInput, "no_log", "No log of a store is named.", "Name one with --vault-audit, --cloudtrail or --azure-log.");

        void Add(Option<string[]> option, Func<StoreLogReader> reader)
        {
            if (arguments.GetValue(option) is { Length: > 0 } files)
            {
                logs.Add(new LogFiles(reader(), files));
            }
        }
    }

    private static Option<string[]> Files(string name, string description) => new(name) { HelpName = "FILE", Description = description + " (also .gz; may be given more than once)" };
}
