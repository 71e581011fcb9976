using System.Text.Json;

namespace AgentRuntime.Workflows.Templates;

/// <summary>What templates may know about a step that ended. Scrubbed before it gets here.</summary>
/// <param name="Result">What it gave; <c>null</c> when it failed or was skipped.</param>
/// <param name="Input">What it was given; <c>null</c> when it never started.</param>
public readonly record struct StepData(JsonElement? Result, JsonElement? Input);
