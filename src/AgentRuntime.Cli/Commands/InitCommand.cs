using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime init [DIR]</c>.</summary>
internal static class InitCommand
{
    public static Command Create(ProcessHost process)
    {
        var folder = new Argument<string?>("dir") { HelpName = "DIR", Description = "The folder (default: the current one)", Arity = ArgumentArity.ZeroOrOne };
        return new Command("init", "Create a workspace on embedded defaults") { folder }.Does(process, context =>
        {
            var root = Path.GetFullPath(context.Arguments.GetValue(folder) ?? context.Globals.Workspace ?? ".");
            var files = WorkspaceCreation.Create(root, context.Process.Ids);
            context.Output.Show(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("workspace", root);
                    json.WriteStartArray("files");
                    foreach (var file in files)
                    {
                        json.WriteStringValue(file);
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                },
                text =>
                {
                    text.Line(new Piece("Created a workspace in ", Tone.Good), root);
                    text.Line("  servers/NAME.json    one MCP server each: where it is, its scopes, its tools");
                    text.Line("  grants.json          which workflow may use which server at which scopes");
                    text.Line("  workflows/NAME.json  workflow definitions");
                    text.Line("Next: describe a server, then 'agentruntime credentials set SERVER/SCOPE', grant it, write a workflow, 'agentruntime validate'.");
                });
            return ExitCode.Success;
        });
    }
}
