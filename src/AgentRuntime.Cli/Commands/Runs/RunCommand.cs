using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Progress;
using AgentRuntime.Cli.Views;
using AgentRuntime.Names;
using AgentRuntime.Runs;
using AgentRuntime.Scrubbing;
using AgentRuntime.Workflows;

namespace AgentRuntime.Cli.Commands.Runs;

/// <summary><c>agentruntime run WORKFLOW [--input k=v ...] [--input-file F]</c>.</summary>
internal static class RunCommand
{
    public static Command Create(ProcessHost process)
    {
        var name = new Argument<string>("workflow") { HelpName = "WORKFLOW", Description = "The workflow's name" };
        var input = new Option<string[]>("--input") { HelpName = "k=v", Description = "A member of the input; may be given many times" };
        var inputFile = new Option<string?>("--input-file") { HelpName = "F", Description = "A file with the input, a JSON object" };
        return new Command("run", "Run a workflow") { name, input, inputFile }.Does(process, async (context, cancellationToken) =>
        {
            await using var workspace = await context.OpenToRunAsync(cancellationToken);
            var workflow = Find(workspace, context.Arguments.GetRequiredValue(name));
            var request = new RunRequest
            {
                Workflow = workflow,
                Input = new UntrustedJson(RunInput.Read(context.Arguments.GetValue(input) ?? [], context.Arguments.GetValue(inputFile), workflow.InputSchema)),
                Principal = process.Principal,
            };
            var engine = await workspace.EngineAsync(cancellationToken);
            var outcome = await RunProgress.FollowAsync(context.Output, observer => engine.RunAsync(request, observer, cancellationToken));
            return Report(context.Output, outcome);
        });
    }

    private static WorkflowDefinition Find(WorkspaceHost workspace, string name) =>
        Name.IsValid(name) && workspace.Workspace.Workflows.TryGetValue(new WorkflowName(name), out var workflow)
            ? workflow
            : throw new CliException(ExitCode.BadInput, "unknown_workflow", "There is no workflow of that name.", Suggestion.Hint(name, [.. workspace.Workspace.Workflows.Keys.Select(key => key.Value)], "workflows"));

    private static ExitCode Report(IOutput output, RunOutcome outcome)
    {
        var exit = RunExit.Of(outcome);
        if (outcome.State.LastSequence == 0 && outcome.Error is { } refused)
        {
            throw new CliException(exit, refused.Code, refused.Message.Text);
        }

        var view = RunView.Of(outcome.State, ownerAlive: true);
        output.Show(
            json => RunDetailView.WriteJson(json, view),
            text =>
            {
                text.Line(new Piece(outcome.Run.Value, Tone.Strong), " ", StatusText.Of(outcome.Status), $" after {TimeText.Of(outcome.State.Ended - outcome.State.Started)}");
                RunDetailView.WriteEnd(text, view);
                if (outcome.Status != RunStatus.Succeeded)
                {
                    text.Line(new Piece($"See 'agentruntime runs show {outcome.Run}' and 'agentruntime audit list --run {outcome.Run}'.", Tone.Dim));
                }
            });
        return exit;
    }
}
