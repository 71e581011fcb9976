using AgentRuntime.Audit;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Progress;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Demo;

/// <summary>Runs the example: five services, one workflow, a key changed in the middle, the audit trail, the search for leaks.</summary>
internal sealed class DemoRun(ProcessHost process, IOutput output, GlobalOptions globals)
{
    private static readonly WorkflowName Example = new("invoice-follow-up");
    private static readonly CredentialName Rotated = CredentialName.Parse("crm/read");
    private const string RotateAfter = "assess";
    private const string UsedBefore = "find_customer";
    private const string UsedAfter = "customer_now";

    /// <summary>Runs it in <paramref name="folder"/>.</summary>
    public async Task<DemoResult> RunAsync(DemoFolder folder, CancellationToken cancellationToken)
    {
        var keys = DemoService.All.ToDictionary(service => service, NewKeys);
        var services = new List<RunningService>();
        try
        {
            services.AddRange(await Task.WhenAll(DemoService.All.Select(service => RunningService.StartAsync(service, DemoFolder.Servers, keys[service], cancellationToken))));
            folder.Rewrite(services);
            var shown = await RunAsync(folder, keys, services.Single(service => service.Service.Server == Rotated.Server.Value), cancellationToken);

            // The files are searched once they are closed, so that nothing is left in a buffer.
            var leaks = await LeakSearch.SearchAsync([folder.Root, folder.AnchorFile], process.Scrubber, cancellationToken);
            return shown with { Leaks = leaks, Values = process.Scrubber.Index.Count };
        }
        finally
        {
            foreach (var service in services)
            {
                await service.DisposeAsync();
            }

            foreach (var key in keys.Values.SelectMany(scopes => scopes.Values))
            {
                key.Dispose();
            }
        }
    }

    private async Task<DemoResult> RunAsync(DemoFolder folder, Dictionary<DemoService, Dictionary<string, DemoKey>> keys, RunningService crm, CancellationToken cancellationToken)
    {
        await using var workspace = Open(folder);
        await StoreAsync(workspace, keys, cancellationToken);
        await workspace.SeedScrubberAsync(cancellationToken);
        var engine = await workspace.EngineAsync(cancellationToken);
        var rotation = new Rotation(RotateAfter, () => RotateAsync(workspace, crm, cancellationToken));
        var request = new RunRequest
        {
            Workflow = workspace.Workspace.Workflows[Example],
            Input = new UntrustedJson(RunInput.Read([], file: null, schema: null)),
            Principal = process.Principal,
        };
        var outcome = await RunProgress.FollowAsync(output, observer => engine.RunAsync(request, observer, cancellationToken), rotation);
        await rotation.Done;
        return await ExamineAsync(workspace, outcome, folder, cancellationToken);
    }

    private static async Task<DemoResult> ExamineAsync(WorkspaceHost workspace, RunOutcome outcome, DemoFolder folder, CancellationToken cancellationToken)
    {
        var database = await workspace.DatabaseAsync(cancellationToken);
        var run = RunView.Of(outcome.State, ownerAlive: true);
        var entries = await database.QueryAsync(new AuditQuery { Run = outcome.Run }, cancellationToken).ToListAsync(cancellationToken);
        var chain = await database.VerifyAsync(cancellationToken);
        await workspace.SeedScrubberAsync(cancellationToken);
        var rotation = new DemoRotation(Rotated.ToString(), RotateAfter, StepOf(run, UsedBefore), StepOf(run, UsedAfter));
        return new DemoResult(run, rotation, entries, chain, folder.Workspace);
    }

    /// <summary>First where the key is checked, then where it is kept: in between the old one is refused, as in life.</summary>
    private static async Task RotateAsync(WorkspaceHost workspace, RunningService service, CancellationToken cancellationToken)
    {
        using var key = DemoKey.New(service.Service.Scopes[Rotated.Scope.Value]);
        await service.ChangeKeyAsync(Rotated.Scope.Value, key, cancellationToken);
        await SetAsync(workspace, Rotated, key, cancellationToken);
    }

    private static async Task StoreAsync(WorkspaceHost workspace, Dictionary<DemoService, Dictionary<string, DemoKey>> keys, CancellationToken cancellationToken)
    {
        foreach (var (service, scopes) in keys)
        {
            foreach (var (scope, key) in scopes)
            {
                await SetAsync(workspace, new CredentialName(new ServerName(service.Server), new ScopeName(scope)), key, cancellationToken);
            }
        }
    }

    private static async Task SetAsync(WorkspaceHost workspace, CredentialName name, DemoKey key, CancellationToken cancellationToken)
    {
        var secrets = await workspace.WriterAsync(cancellationToken);
        var result = await secrets.SetAsync(name, key.Fields, WriteCondition.None, workspace.Access("demo"), cancellationToken);
        if (!result.Succeeded)
        {
            throw StoreFailure.Of(result);
        }
    }

    private static Dictionary<string, DemoKey> NewKeys(DemoService service) =>
        service.Scopes.ToDictionary(scope => scope.Key, scope => DemoKey.New(scope.Value), StringComparer.Ordinal);

    private static StepView? StepOf(RunView run, string id) => run.Steps.FirstOrDefault(step => step.State.Path.Value == id);

    private WorkspaceHost Open(DemoFolder folder) => Workspace.Load(folder.Workspace) switch
    {
        { IsValid: true, Workspace: { } workspace } => new WorkspaceHost(process, workspace, globals),
        { Problems: var problems } => throw new CliException(new CliError(ExitCode.Failed, "demo_workspace", "The sample workspace has problems.", "Report it.") { Problems = problems }),
    };

    /// <summary>Changes the key once, when the step has succeeded.</summary>
    private sealed class Rotation(string step, Func<Task> rotate) : IRunObserver
    {
        private Task? _done;

        public Task Done => _done ?? Task.CompletedTask;

        public void OnEvent(RunEvent e)
        {
            if (_done is null && e is StepSucceeded { Step.Value: var ended } && ended == step)
            {
                _done = Task.Run(rotate);
            }
        }
    }
}
