using System.CommandLine;
using AgentRuntime.Audit;
using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;
using AgentRuntime.Storage.Sqlite;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary><c>agentruntime audit reconcile</c>: joins a store's own log with ours; exit 5 when a value left the store and our log does not say why.</summary>
internal static class AuditReconcileCommand
{
    // The longest attempt, so that the intent of what was read at the beginning of the window is known.
    private static readonly TimeSpan LongestUse = TimeSpan.FromHours(25);

    public static Command Create(ProcessHost process)
    {
        var arguments = new ReconcileArguments();
        var command = new Command("reconcile", "Compare the log of the secret store with this one: who read a credential another way?");
        arguments.AddTo(command);
        return command.Does(process, async (context, cancellationToken) =>
        {
            var options = arguments.Options(context.Arguments, process.Time.GetUtcNow());
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var uses = new RecordedUses();
            var logs = arguments.Logs(context.Arguments, StorePlaces.Of(workspace.Workspace.Settings.Secrets), uses.HasRequest);
            var database = await workspace.DatabaseAsync(cancellationToken);
            var chain = await database.VerifyAsync(cancellationToken);
            await AddAsync(uses, database, options, cancellationToken);
            var reconciler = new Reconciler(uses, options);
            foreach (var log in logs)
            {
                await foreach (var read in log.ReadAsync(cancellationToken))
                {
                    reconciler.Add(read);
                }
            }

            var report = reconciler.Finish(logs.ToDictionary(log => log.Reader.Store, log => log.Reader.Extent, StringComparer.Ordinal));
            var view = new ReconcileView(report, options, logs, chain);
            context.Output.Show(view.WriteJson, view.WriteText);
            return report.IsExplained && chain.Break is null ? ExitCode.Success : ExitCode.Integrity;
        });
    }

    private static async Task AddAsync(RecordedUses uses, SqliteRunDatabase log, ReconcileOptions options, CancellationToken cancellationToken)
    {
        var margin = LongestUse + options.Tolerance;
        var since = options.Since is { } begin && begin - DateTimeOffset.MinValue > margin ? begin - margin : (DateTimeOffset?)null;
        await foreach (var entry in log.QueryAsync(new AuditQuery { Since = since }, cancellationToken))
        {
            uses.Add(entry);
        }
    }
}
