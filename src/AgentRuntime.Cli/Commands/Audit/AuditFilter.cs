using System.CommandLine;
using AgentRuntime.Audit;
using AgentRuntime.Cli.Commands.Runs;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Names;
using AgentRuntime.Storage.Sqlite;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary>The options that choose entries.</summary>
internal sealed class AuditFilter
{
    private readonly Option<string?> _run = new("--run") { HelpName = "RUN", Description = "Only this run: its id, the beginning of it, or 'latest'" };
    private readonly Option<string?> _credential = new("--credential") { HelpName = "SERVER/SCOPE", Description = "Only this credential" };
    private readonly Option<string?> _workflow = new("--workflow") { HelpName = "NAME", Description = "Only this workflow" };
    private readonly Option<string?> _since = new("--since") { HelpName = "TIME", Description = "Only from this time on: 2026-01-31T08:00:00Z, or 30m, 24h, 7d" };

    public void AddTo(Command command)
    {
        command.Add(_run);
        command.Add(_credential);
        command.Add(_workflow);
        command.Add(_since);
    }

    /// <summary>The query that is asked for.</summary>
    /// <exception cref="CliException">A value cannot be read, or there is no such run.</exception>
    public async Task<AuditQuery> ReadAsync(ParseResult arguments, SqliteRunDatabase database, TimeProvider time, CancellationToken cancellationToken) => new()
    {
        Run = arguments.GetValue(_run) is { } run ? await RunAsync(run, database, cancellationToken) : null,
        Credential = arguments.GetValue(_credential) is { } credential ? CredentialArgument.Parse(credential) : null,
        Workflow = arguments.GetValue(_workflow) is { } workflow ? NameOf(workflow) : null,
        Since = arguments.GetValue(_since) is { } since ? TimeArgument.Parse(since, time.GetUtcNow()) : null,
    };

    // A check of the servers has entries and no run; a run without credentials is a run without entries.
    private static async Task<RunId> RunAsync(string asked, SqliteRunDatabase database, CancellationToken cancellationToken)
    {
        var exact = new RunId(asked);
        return await database.QueryAsync(new AuditQuery { Run = exact }, cancellationToken).AnyAsync(cancellationToken)
            ? exact
            : await RunArgument.FindAsync(asked, database, cancellationToken);
    }

    private static WorkflowName NameOf(string text) =>
        Name.IsValid(text) ? new WorkflowName(text) : throw new CliException(ExitCode.BadInput, "bad_name", "A workflow's name is made of letters, digits, '_', '-' and '.'.");
}
