using System.CommandLine;
using AgentRuntime.Cli.Checks;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Demo;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime demo</c>: needs node and nothing else.</summary>
internal static class DemoCommand
{
    public static Command Create(ProcessHost process)
    {
        var keep = new Option<bool>("--keep") { Description = "Keep the workspace" };
        return new Command("demo", "Run the example: five services, a key changed in the middle, the audit trail, the search for leaks") { keep }.Does(process, async (context, cancellationToken) =>
        {
            if (NodeProgram.Version() is null)
            {
                throw RunningService.NoNode();
            }

            var kept = context.Arguments.GetValue(keep);
            var output = context.Output;
            output.Text.Line(new Piece("AgentRuntime demo", Tone.Strong), ": a workflow calls five services, and never sees a credential. Every key is random and lives for this demo only.");
            using var folder = DemoFolder.Create(process.Ids, kept);
            var result = await new DemoRun(process, output, context.Globals).RunAsync(folder, cancellationToken);
            output.Show(
                json => DemoView.WriteJson(json, result, kept),
                text =>
                {
                    DemoView.WriteText(text, result, steps: !output.IsLive);
                    DemoView.WriteNext(text, result, kept);
                });
            return result.Succeeded ? ExitCode.Success : ExitCode.Failed;
        });
    }
}
