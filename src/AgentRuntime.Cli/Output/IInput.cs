using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Output;

/// <summary>What a person types or pipes in.</summary>
internal interface IInput
{
    /// <summary>Whether a person types.</summary>
    bool IsTerminal { get; }

    /// <summary>Standard input as bytes.</summary>
    Stream OpenStandardInput();

    /// <summary>Asks for a value without showing it. Only when <see cref="IsTerminal"/>.</summary>
    SecretValue AskHidden(string prompt);

    /// <summary>Asks for yes or no; no when nobody can answer.</summary>
    bool Confirm(string question);
}
