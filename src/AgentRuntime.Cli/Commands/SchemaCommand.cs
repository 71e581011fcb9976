using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime schema NAME</c>.</summary>
internal static class SchemaCommand
{
    public static Command Create(ProcessHost process)
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "The schema: " + string.Join(", ", SchemaFiles.ShortNames) };
        return new Command("schema", "Print a JSON Schema of the workspace's files") { name }.Does(process, context =>
        {
            var asked = context.Arguments.GetRequiredValue(name);
            var file = SchemaFiles.Find(asked)
                ?? throw new CliException(ExitCode.BadInput, "unknown_schema", "There is no schema of that name.", Suggestion.Hint(asked, SchemaFiles.ShortNames, "schemas"));
            if (context.Output.IsJson)
            {
                context.Output.Show(json => SchemaFiles.Parse(file).WriteTo(json), _ => { });
                return ExitCode.Success;
            }

            foreach (var line in System.Text.Encoding.UTF8.GetString(SchemaFiles.Read(file)).TrimEnd('\n').Split('\n'))
            {
                context.Output.Text.Line(line);
            }

            return ExitCode.Success;
        });
    }
}
