using System.CommandLine;
using AgentRuntime.Cli.Checks;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Cli.Views;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime doctor</c>: exit 1 when a check fails.</summary>
internal static class DoctorCommand
{
    public static Command Create(ProcessHost process) =>
        new Command("doctor", "Check the set-up end to end and say what to do").Does(process, async (context, cancellationToken) =>
        {
            var root = context.RequireWorkspace();
            var load = Workspace.Load(root);
            await using var workspace = context.OpenWorkspace(root, Strictness.SettingsOnly);
            var findings = new List<Finding>();
            await foreach (var finding in new Doctor(workspace, load, process).ExamineAsync(cancellationToken))
            {
                findings.Add(finding);
                WriteText(context.Output.Text, finding);
            }

            context.Output.Show(json => WriteJson(json, findings), _ => { });
            return findings.Any(finding => finding.Status == "fail") ? ExitCode.Failed : ExitCode.Success;
        });

    private static void WriteText(ITextOutput text, Finding finding)
    {
        var mark = StatusText.Of(finding.Status);
        text.Line(mark with { Text = finding.Status.PadRight(5) }, new Piece(finding.Check.PadRight(28), Tone.Strong), finding.Message);
        if (finding.Fix is { } fix)
        {
            text.Line(new Piece("     do: ", Tone.Dim), fix);
        }
    }

    private static void WriteJson(System.Text.Json.Utf8JsonWriter json, List<Finding> findings)
    {
        json.WriteStartObject();
        json.WriteBoolean("healthy", findings.All(finding => finding.Status != "fail"));
        json.WriteStartArray("checks");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("check", finding.Check);
            json.WriteString("status", finding.Status);
            json.WriteString("message", finding.Message);
            json.WriteString("fix", finding.Fix);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
