using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Commands;

/// <summary><c>agentruntime scrub [FILE]</c>: a filter. If the known values cannot be had, nothing passes.</summary>
internal static class ScrubCommand
{
    public static Command Create(ProcessHost process)
    {
        var file = new Argument<string?>("file") { HelpName = "FILE", Description = "The file (default: standard input)", Arity = ArgumentArity.ZeroOrOne };
        return new Command("scrub", "Copy standard input, or FILE, to standard output with every known credential and credential shape redacted") { file }.Does(process, async (context, cancellationToken) =>
        {
            var path = context.Arguments.GetValue(file);
            if (path is not null && !File.Exists(path))
            {
                throw new CliException(ExitCode.BadInput, "file_not_found", $"There is no file {path}.", "Check the path.");
            }

            if (context.FindWorkspace() is { } root)
            {
                await using var workspace = context.OpenWorkspace(root, Strictness.SettingsOnly);
                await workspace.SeedScrubberAsync(cancellationToken);
            }
            else
            {
                context.Output.Note("There is no workspace here, so only credential shapes are redacted. Name one with --workspace to redact its credentials too.");
            }

            await using var source = path is null ? process.Input.OpenStandardInput() : File.OpenRead(path);
            await context.Output.FilterAsync(source, cancellationToken);
            return ExitCode.Success;
        });
    }
}
