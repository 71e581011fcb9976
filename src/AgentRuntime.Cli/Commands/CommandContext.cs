using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Output;

namespace AgentRuntime.Cli.Commands;

/// <summary>What one command has to work with.</summary>
/// <param name="Arguments">The parsed command line.</param>
/// <param name="Globals">The options of every command.</param>
/// <param name="Output">The only way to say something.</param>
/// <param name="Process">The process.</param>
internal sealed record CommandContext(ParseResult Arguments, GlobalOptions Globals, IOutput Output, ProcessHost Process);
