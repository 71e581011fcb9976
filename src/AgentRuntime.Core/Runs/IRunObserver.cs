namespace AgentRuntime.Runs;

/// <summary>Sees every event after it became durable, in the order of the run. Called on the run's own tasks: return quickly. What it throws is dropped; the run goes on.</summary>
public interface IRunObserver
{
    /// <summary>One durable event.</summary>
    void OnEvent(RunEvent e);
}
