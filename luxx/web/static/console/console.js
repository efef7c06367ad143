function r(s,e={},...t){let o=document.createElement(s);for(let[i,n]of Object.entries(e))n!==!1&&o.setAttribute(i,n===!0?"":n);return o.append(...t),o}function h(s,e){s.textContent!==e&&(s.textContent=e)}function m(s,e){s.hidden!==e&&(s.hidden=e)}function he(s,e){let t=new Set(e);for(let o of[...s.childNodes])t.has(o)||o.remove();e.forEach((o,i)=>{s.childNodes[i]!==o&&s.insertBefore(o,s.childNodes[i]??null)})}var w=class extends Error{code;field;constructor(e,t,o=null){super(e),this.code=t,this.field=o}},y=class extends Error{};function ge({message:s,extensions:e={}}){let{code:t="INTERNAL",field:o=null,retryAfter:i}=e;if(t==="UNAVAILABLE")return new y(s);let n=i?`${s}. Try again in ${Math.ceil(i)} s.`:s;return new w(n,t,o)}function b(s,...e){return s instanceof w&&e.includes(s.code)}function T(s){return s instanceof DOMException&&s.name==="AbortError"}var O="Connection lost. Reconnecting…";function g(s){return s instanceof y?"The server cannot be reached at the moment.":s instanceof Error&&s.message?s.message:"Something went wrong."}var A=200,q=20,j=class{#e;#o;#t=!1;constructor(e,t){this.#e=e,this.#o=t}async#s(e,t){try{let o=await this.#e.call(e,t);return this.#r(),o}catch(o){throw this.#n(o),o}}#r(){this.#t&&(this.#t=!1,this.#o.back())}#n(e){e instanceof y?this.#t=!0:this.#o.refused(e)}async#i(e,t,o){return(await this.#s(e,o))[t]}async*#a(e,t,o){try{let i=this.#e.subscribe(e,t,o);for await(let{event:n}of i)this.#r(),yield n}catch(i){throw this.#n(i),i}}login=(e,t)=>this.#e.call("Login",{username:e,password:t}).then(({session:o})=>o);register=(e,t,o)=>this.#e.call("Register",{username:e,email:t,password:o});logout=()=>this.#e.call("Logout");providers=()=>this.#i("Providers","providers");createProvider=e=>this.#i("CreateProvider","provider",e);updateProvider=(e,t)=>this.#i("UpdateProvider","provider",{provider_id:e,...t});deleteProvider=e=>this.#s("DeleteProvider",{provider_id:e});testProvider=e=>this.#i("TestProvider","test",{provider_id:e});agents=()=>this.#i("Agents","agents");conversations=e=>this.#i("Conversations","page",{page:e,page_size:q});conversation=e=>this.#i("Conversation","conversation",{id:e});createConversation=e=>this.#i("CreateConversation","conversation",e);updateConversation=(e,t)=>this.#i("UpdateConversation","conversation",{id:e,...t});deleteConversation=e=>this.#s("DeleteConversation",{id:e});messages=async(e,t)=>{let o={conversation_id:e,limit:A,before:t};return(await this.#i("ConversationMessages","conversation",o)).messages};beginReply=(e,t,o)=>this.#i("BeginReply","exchange",{conversation_id:e,content:t,idempotency_key:o});watchReply=(e,t,o)=>this.#a("WatchReply",{message_id:e,after:t},o);cancelMessage=e=>this.#s("CancelMessage",{message_id:e});deleteMessage=e=>this.#s("DeleteMessage",{message_id:e});rooms=e=>this.#i("Rooms","page",{page:e,page_size:q});room=e=>this.#i("Room","room",{room_id:e});createRoom=e=>this.#i("CreateRoom","room",e);updateRoom=(e,t)=>this.#i("UpdateRoom","room",{room_id:e,...t});deleteRoom=e=>this.#s("DeleteRoom",{room_id:e});startRoom=(e,t)=>this.#s("StartRoom",{room_id:e,idempotency_key:t});stopRoom=e=>this.#s("StopRoom",{room_id:e});resetRoom=e=>this.#i("ResetRoom","room",{room_id:e});roomMessages=async e=>{let t=[];for(;;){let o={room_id:e,limit:A,before:t[0]?.id},{messages:i}=await this.#i("RoomHistory","room",o);if(t.unshift(...i),i.length<A)return t}};watchRoom=(e,t,o)=>this.#a("FollowRoomDeltas",{room_id:e,after:t},o)};var V=class{#e="";#o=!1;feed(e){let t=this.#o&&e.startsWith(`
`)?e.slice(1):e;e!==""&&(this.#o=e.endsWith("\r"));let o=(this.#e+t.replace(/\r\n?/g,`
`)).split(`

`);return this.#e=o.pop()??"",o.flatMap(We)}};function We(s){let e=s.split(`
`).map(n=>{let a=n.indexOf(":");return a<0?[n,""]:[n.slice(0,a),n.slice(a+1).replace(/^ /,"")]}),t=n=>e.flatMap(([a,d])=>a===n?[d]:[]),o=t("data"),i=t("event").at(-1)??"message";return o.length>0?[{name:i,data:o.join(`
`)}]:[]}var fe=`mutation Register($username: String!, $email: String!, $password: String!) {
  user: register(username: $username, email: $email, password: $password) {
    id
    username
  }
}

mutation Login($username: String!, $password: String!) {
  session: login(username: $username, password: $password) {
    access_token: accessToken
    token_type: tokenType
    user {
      ...Account
    }
  }
}

mutation Logout {
  logout
}

query Me {
  user: me {
    ...AccountDetails
  }
}

query Users {
  users {
    ...AccountDetails
  }
}

mutation UpdateUser(
  $user_id: Int!
  $permission_level: PermissionLevel
  $role: Role
  $is_active: Boolean
  $workspace_path: String
) {
  user: updateUser(
    id: $user_id
    input: {
      permissionLevel: $permission_level
      role: $role
      isActive: $is_active
      workspacePath: $workspace_path
    }
  ) {
    ...AccountDetails
  }
}
`;var ve=`query Agents {
  agents {
    ...AgentDetails
  }
}

query Agent($agent_id: Int!) {
  agent(id: $agent_id) {
    ...AgentDetails
  }
}

mutation CreateAgent(
  $name: String!
  $role: String
  $provider_id: Int
  $model: String
  $system_prompt: String
  $color: String
  $enabled_tools: [String!]
) {
  agent: createAgent(
    input: {
      name: $name
      role: $role
      providerId: $provider_id
      model: $model
      systemPrompt: $system_prompt
      color: $color
      enabledTools: $enabled_tools
    }
  ) {
    ...AgentDetails
  }
}

mutation UpdateAgent(
  $agent_id: Int!
  $name: String
  $role: String
  $provider_id: Int
  $model: String
  $system_prompt: String
  $color: String
  $enabled_tools: [String!]
) {
  agent: updateAgent(
    id: $agent_id
    input: {
      name: $name
      role: $role
      providerId: $provider_id
      model: $model
      systemPrompt: $system_prompt
      color: $color
      enabledTools: $enabled_tools
    }
  ) {
    ...AgentDetails
  }
}

mutation DeleteAgent($agent_id: Int!) {
  deleteAgent(id: $agent_id)
}
`;var ye=`# What only the client package asks: as GraphQL names it, where that says more than REST shows.

mutation BeginReply(
  $conversation_id: ID!
  $content: String!
  $thinking_enabled: Boolean
  $enabled_tools: [String!]
  $idempotency_key: String
) {
  exchange: sendMessage(
    input: {
      conversationId: $conversation_id
      content: $content
      thinkingEnabled: $thinking_enabled
      enabledTools: $enabled_tools
    }
    idempotencyKey: $idempotency_key
  ) {
    user_message: userMessage {
      ...MessageDetails
    }
    assistant_message: assistantMessage {
      ...MessageDetails
    }
  }
}

subscription WatchReply($message_id: ID!, $after: ID) {
  event: messageEvents(messageId: $message_id, after: $after) {
    type: __typename
    ... on StepUpdated {
      cursor
      message_id: messageId
      step {
        ...StepOutline
      }
      delta
    }
    ... on MessageCompleted {
      cursor
      message_id: messageId
      token_count: tokenCount
      usage {
        ...CountedTokens
      }
    }
    ... on MessageFailed {
      cursor
      message_id: messageId
      content
      code
    }
  }
}

fragment CountedTokens on Usage {
  ...Tokens
  estimated
}

query ConversationMessages($conversation_id: ID!, $limit: Int, $before: ID) {
  conversation(id: $conversation_id) {
    messages(limit: $limit, before: $before) {
      ...MessageDetails
    }
  }
}

query RoomHistory($room_id: ID!, $limit: Int, $before: ID) {
  room(id: $room_id) {
    messages(limit: $limit, before: $before) {
      ...RoomMessageDetails
    }
  }
}
`;var be=`query Conversations($project_id: String, $page: Int, $page_size: Int) {
  page: conversations(projectId: $project_id, page: $page, pageSize: $page_size) {
    items {
      ...ConversationDetails
    }
    total
    page
    page_size: pageSize
  }
}

query Conversation($id: ID!) {
  conversation(id: $id) {
    ...ConversationDetails
  }
}

mutation CreateConversation(
  $project_id: String
  $title: String
  $model: String
  $provider_id: Int
  $system_prompt: String
  $temperature: Float
  $max_tokens: Int
  $thinking_enabled: Boolean
) {
  conversation: createConversation(
    input: {
      projectId: $project_id
      title: $title
      model: $model
      providerId: $provider_id
      systemPrompt: $system_prompt
      temperature: $temperature
      maxTokens: $max_tokens
      thinkingEnabled: $thinking_enabled
    }
  ) {
    ...ConversationDetails
  }
}

mutation UpdateConversation(
  $id: ID!
  $title: String
  $model: String
  $provider_id: Int
  $system_prompt: String
  $temperature: Float
  $max_tokens: Int
  $thinking_enabled: Boolean
) {
  conversation: updateConversation(
    id: $id
    input: {
      title: $title
      model: $model
      providerId: $provider_id
      systemPrompt: $system_prompt
      temperature: $temperature
      maxTokens: $max_tokens
      thinkingEnabled: $thinking_enabled
    }
  ) {
    ...ConversationDetails
  }
}

mutation DeleteConversation($id: ID!) {
  deleteConversation(id: $id)
}
`;var _e=`# What REST shows of each type. An alias is the documented field name.

fragment Account on User {
  id
  username
  email
  role
  permission_level: permissionLevel
  workspace_path: workspacePath
  is_active: isActive
}

fragment AccountDetails on User {
  ...Account
  created_at: createdAt
}

fragment ProviderDetails on Provider {
  id
  user_id: userId
  name
  provider_type: providerType
  base_url: baseUrl
  default_model: defaultModel
  max_tokens: maxTokens
  is_default: isDefault
  enabled
  created_at: createdAt
  updated_at: updatedAt
}

fragment ConversationDetails on Conversation {
  id
  user_id: userId
  project_id: projectId
  provider_id: providerId
  title
  model
  system_prompt: systemPrompt
  temperature
  max_tokens: maxTokens
  thinking_enabled: thinkingEnabled
  created_at: createdAt
  updated_at: updatedAt
}

fragment Tokens on Usage {
  prompt_tokens: promptTokens
  completion_tokens: completionTokens
  total_tokens: totalTokens
}

fragment StepDetails on Step {
  id
  index
  type
  ... on ThinkingStep {
    content
  }
  ... on TextStep {
    content
  }
  ... on ToolCallStep {
    id_ref: callId
    name
    arguments
  }
  ... on ToolResultStep {
    id_ref: callId
    name
    content
    success
  }
}

# Without the text that \`delta\` brings piece by piece.
fragment StepOutline on Step {
  id
  index
  type
  ... on ToolCallStep {
    id_ref: callId
    name
    arguments
  }
  ... on ToolResultStep {
    id_ref: callId
    name
    content
    success
  }
}

fragment MessageDetails on Message {
  id
  conversation_id: conversationId
  role
  content
  text
  attachments
  process_steps: processSteps {
    ...StepDetails
  }
  token_count: tokenCount
  usage {
    ...Tokens
  }
  status
  error
  created_at: createdAt
}

fragment ToolDetails on Tool {
  name
  description
  category
  parameters
}

fragment AgentDetails on Agent {
  id
  user_id: userId
  name
  role
  provider_id: providerId
  model
  system_prompt: systemPrompt
  color
  enabled_tools: enabledTools
  created_at: createdAt
  updated_at: updatedAt
}

fragment RoomAgentDetails on RoomAgent {
  id
  room_id: roomId
  agent_id: agentId
  name
  role
  provider_id: providerId
  model
  system_prompt: systemPrompt
  color
  enabled_tools: enabledTools
  turn_order: turnOrder
}

fragment RoomSummary on Room {
  id
  user_id: userId
  title
  task
  status
  max_rounds: maxRounds
  current_round: currentRound
  agents {
    ...RoomAgentDetails
  }
  created_at: createdAt
  updated_at: updatedAt
}

fragment RoomDetails on Room {
  ...RoomSummary
  message_count: messageCount
}

fragment RoomMessageDetails on Message {
  id
  room_id: roomId
  role
  content
  text
  process_steps: processSteps {
    ...StepDetails
  }
  sender_name: senderName
  sender_color: senderColor
  round_number: roundNumber
  token_count: tokenCount
  usage {
    ...Tokens
  }
  status
  error
  created_at: createdAt
}

# What an event can carry: nothing that has to be looked up.
fragment RoomMessageEvent on Message {
  id
  conversation_id: conversationId
  room_id: roomId
  role
  content
  text
  sender_name: senderName
  sender_color: senderColor
  round_number: roundNumber
  token_count: tokenCount
  status
  error
}
`;var we=`query Messages($conversation_id: ID!, $limit: Int, $before: ID) {
  conversation(id: $conversation_id) {
    messages(limit: $limit, before: $before) {
      ...MessageDetails
    }
    title
    first_message: firstMessage
  }
}

query Message($message_id: ID!) {
  message(id: $message_id) {
    ...MessageDetails
  }
}

# Answers when the reply has ended.
mutation SendMessage(
  $conversation_id: ID!
  $content: String!
  $thinking_enabled: Boolean
  $enabled_tools: [String!]
  $idempotency_key: String
) {
  exchange: sendMessage(
    input: {
      conversationId: $conversation_id
      content: $content
      thinkingEnabled: $thinking_enabled
      enabledTools: $enabled_tools
    }
    wait: true
    idempotencyKey: $idempotency_key
  ) {
    user_message: userMessage {
      ...MessageDetails
    }
    assistant_message: assistantMessage {
      ...MessageDetails
    }
  }
}

# Answers at once: FollowReply tells the rest.
mutation StartReply(
  $conversation_id: ID!
  $content: String!
  $thinking_enabled: Boolean
  $enabled_tools: [String!]
  $idempotency_key: String
) {
  exchange: sendMessage(
    input: {
      conversationId: $conversation_id
      content: $content
      thinkingEnabled: $thinking_enabled
      enabledTools: $enabled_tools
    }
    wait: false
    idempotencyKey: $idempotency_key
  ) {
    assistant_message: assistantMessage {
      id
    }
  }
}

subscription FollowReply($message_id: ID!, $after: ID) {
  event: messageEvents(messageId: $message_id, after: $after) {
    ... on StepUpdated {
      cursor
      step {
        ...StepDetails
      }
    }
    ...ReplyEnd
  }
}

# For \`?delta=true\`: what is new, in place of all the text so far.
subscription FollowReplyDeltas($message_id: ID!, $after: ID) {
  event: messageEvents(messageId: $message_id, after: $after) {
    ... on StepUpdated {
      cursor
      step {
        ...StepOutline
      }
      delta
    }
    ...ReplyEnd
  }
}

fragment ReplyEnd on MessageEvent {
  ... on MessageCompleted {
    cursor
    message_id: messageId
    token_count: tokenCount
    usage {
      ...Tokens
    }
  }
  ... on MessageFailed {
    cursor
    content
  }
}

mutation CancelMessage($message_id: ID!) {
  message: cancelMessage(id: $message_id) {
    ...MessageDetails
  }
}

mutation DeleteMessage($message_id: ID!) {
  deleteMessage(id: $message_id)
}
`;var $e=`query Providers {
  providers {
    ...ProviderDetails
  }
}

query Provider($provider_id: Int!) {
  provider(id: $provider_id) {
    ...ProviderDetails
  }
}

query ProviderModels($provider_id: Int!) {
  provider(id: $provider_id) {
    models
  }
}

mutation CreateProvider(
  $name: String!
  $provider_type: ProviderType!
  $base_url: String!
  $api_key: String!
  $default_model: String!
  $max_tokens: Int
  $is_default: Boolean
) {
  provider: createProvider(
    input: {
      name: $name
      providerType: $provider_type
      baseUrl: $base_url
      apiKey: $api_key
      defaultModel: $default_model
      maxTokens: $max_tokens
      isDefault: $is_default
    }
  ) {
    ...ProviderDetails
  }
}

mutation UpdateProvider(
  $provider_id: Int!
  $name: String
  $base_url: String
  $api_key: String
  $default_model: String
  $max_tokens: Int
  $is_default: Boolean
  $enabled: Boolean
) {
  provider: updateProvider(
    id: $provider_id
    input: {
      name: $name
      baseUrl: $base_url
      apiKey: $api_key
      defaultModel: $default_model
      maxTokens: $max_tokens
      isDefault: $is_default
      enabled: $enabled
    }
  ) {
    ...ProviderDetails
  }
}

mutation DeleteProvider($provider_id: Int!) {
  deleteProvider(id: $provider_id)
}

mutation TestProvider($provider_id: Int!) {
  test: testProvider(id: $provider_id) {
    status_code: statusCode
    success
    response_body: responseBody
    message
  }
}
`;var Se=`# Answers at once: FollowRoom tells the rest.
mutation StartRoom($room_id: ID!, $idempotency_key: String) {
  room: startRoom(id: $room_id, idempotencyKey: $idempotency_key) {
    id
  }
}

subscription FollowRoom($room_id: ID!, $after: ID) {
  event: roomEvents(roomId: $room_id, after: $after) {
    type: __typename
    ... on MessageChunk {
      cursor
      id: messageId
      content: delta
      accumulated
    }
    ... on StepUpdated {
      cursor
      message_id: messageId
      step {
        ...StepDetails
      }
    }
    ...RoomProgress
  }
}

# For \`?delta=true\`: what is new, in place of all the text so far.
subscription FollowRoomDeltas($room_id: ID!, $after: ID) {
  event: roomEvents(roomId: $room_id, after: $after) {
    type: __typename
    ... on MessageChunk {
      cursor
      id: messageId
      content: delta
    }
    ... on StepUpdated {
      cursor
      message_id: messageId
      step {
        ...StepOutline
      }
      delta
    }
    ...RoomProgress
  }
}

fragment RoomProgress on RoomEvent {
  ... on RoomStarted {
    cursor
    room_id: roomId
    task
  }
  ... on RoundStarted {
    cursor
    round
    max_rounds: maxRounds
  }
  ... on MessageStarted {
    cursor
    id: messageId
    room_id: roomId
    role
    sender_name: senderName
    sender_color: senderColor
    round_number: roundNumber
  }
  ... on MessageEnded {
    cursor
    id: messageId
    content
    token_count: tokenCount
    status
  }
  ... on MessageStored {
    cursor
    message {
      ...RoomMessageEvent
    }
  }
  ... on RoundEnded {
    cursor
    round
  }
  ... on RoomCompleted {
    cursor
    room_id: roomId
    total_rounds: totalRounds
  }
  ... on RoomPaused {
    cursor
    room_id: roomId
    round
  }
  ... on AgentFailed {
    cursor
    agent
    error
  }
  ... on RoomFailed {
    cursor
    content
  }
}
`;var ke=`query Rooms($page: Int, $page_size: Int) {
  page: rooms(page: $page, pageSize: $page_size) {
    items {
      ...RoomSummary
    }
    total
    page
    page_size: pageSize
  }
}

query Room($room_id: ID!) {
  room(id: $room_id) {
    ...RoomDetails
  }
}

query RoomMessages($room_id: ID!, $limit: Int, $before: ID) {
  room(id: $room_id) {
    messages(limit: $limit, before: $before) {
      ...RoomMessageDetails
    }
    ...RoomDetails
  }
}

mutation CreateRoom(
  $title: String!
  $task: String!
  $max_rounds: Int
  $agents: [RoomAgentInput!]
) {
  room: createRoom(
    input: {
      title: $title
      task: $task
      maxRounds: $max_rounds
      agents: $agents
    }
  ) {
    ...RoomDetails
  }
}

mutation UpdateRoom(
  $room_id: ID!
  $title: String
  $task: String
  $max_rounds: Int
  $status: RoomStatus
) {
  room: updateRoom(
    id: $room_id
    input: {
      title: $title
      task: $task
      maxRounds: $max_rounds
      status: $status
    }
  ) {
    ...RoomDetails
  }
}

mutation DeleteRoom($room_id: ID!) {
  deleteRoom(id: $room_id)
}

mutation StopRoom($room_id: ID!) {
  room: stopRoom(id: $room_id) {
    ...RoomDetails
  }
}

mutation ResetRoom($room_id: ID!) {
  room: resetRoom(id: $room_id) {
    ...RoomDetails
  }
}

mutation AddRoomAgent(
  $room_id: ID!
  $agent_id: Int
  $name: String
  $role: String
  $provider_id: Int
  $model: String
  $system_prompt: String
  $color: String
  $enabled_tools: [String!]
) {
  agent: addRoomAgent(
    roomId: $room_id
    input: {
      agentId: $agent_id
      name: $name
      role: $role
      providerId: $provider_id
      model: $model
      systemPrompt: $system_prompt
      color: $color
      enabledTools: $enabled_tools
    }
  ) {
    ...RoomAgentDetails
  }
}

# \`agent_id\` is that of the seat.
mutation UpdateRoomAgent(
  $room_id: ID!
  $agent_id: Int!
  $name: String
  $role: String
  $provider_id: Int
  $model: String
  $system_prompt: String
  $color: String
  $enabled_tools: [String!]
  $turn_order: Int
) {
  agent: updateRoomAgent(
    roomId: $room_id
    id: $agent_id
    input: {
      name: $name
      role: $role
      providerId: $provider_id
      model: $model
      systemPrompt: $system_prompt
      color: $color
      enabledTools: $enabled_tools
      turnOrder: $turn_order
    }
  ) {
    ...RoomAgentDetails
  }
}

mutation RemoveRoomAgent($room_id: ID!, $agent_id: Int!) {
  removeRoomAgent(roomId: $room_id, id: $agent_id)
}
`;var it=/^(?:query|mutation|subscription|fragment)\s+(\w+)[^]*?^}/gm,rt=/\.\.\.(\w+)/g;function nt(s){let e=new Map;for(let[t,o]of s.join(`
`).matchAll(it))o&&e.set(o,t);return t=>Ee(e,t,new Map).join(`
`)}function Ee(s,e,t){let o=s.get(e);if(o===void 0)throw new Error(`There is no operation ${e}`);t.set(e,o);for(let[,i]of o.matchAll(rt))i&&!t.has(i)&&Ee(s,i,t);return[...t.values()]}var Re=nt([fe,ve,ye,be,_e,we,$e,Se,ke]);var Te=45e3,at=6e4,B=class{#e;constructor(e){this.#e=e}async call(e,t={}){let o=await this.#o(e,t,{accept:"application/json",signal:AbortSignal.timeout(at)});return ee(await Ae(o),o.status)}async*subscribe(e,t,o){let i=new te(o);try{let n={accept:"text/event-stream",signal:i.signal},a=await this.#o(e,t,n);a.headers.get("content-type")?.startsWith("text/event-stream")||ee(await Ae(a),a.status);let d=new V;for await(let l of dt(a)){i.heard();for(let u of d.feed(l)){if(u.name==="complete")return;u.name==="next"&&(yield ee(u.data,a.status))}}}finally{i.end()}}async#o(e,t,{accept:o,signal:i}){let n={accept:o,"content-type":"application/json"},a=this.#e();a&&(n.authorization=`Bearer ${a}`);let d=JSON.stringify({query:Re(e),variables:t});return oe(fetch("/graphql",{method:"POST",headers:n,body:d,signal:i,cache:"no-store"}))}},te=class{#e=new AbortController;#o;#t=()=>this.#e.abort();#s;constructor(e){this.#o=e,this.#s=setTimeout(this.#t,Te),e.aborted&&this.#t(),e.addEventListener("abort",this.#t)}get signal(){return this.#e.signal}heard(){clearTimeout(this.#s),this.#s=setTimeout(this.#t,Te)}end(){clearTimeout(this.#s),this.#o.removeEventListener("abort",this.#t),this.#t()}};async function*dt(s){let e=s.body?.getReader();if(!e)throw new y("The answer has no body");let t=new TextDecoder;for(;;){let{value:o,done:i}=await oe(e.read());if(i)return;yield t.decode(o,{stream:!0})}}async function oe(s){try{return await s}catch(e){throw new y(e instanceof Error?e.message:String(e))}}function Ae(s){return oe(s.text())}function ee(s,e){let t=lt(s),[o]=t?.errors??[];if(o)throw ge(o);if(t?.data)return t.data;throw new y(`The server answered ${e}`)}function lt(s){try{return JSON.parse(s)}catch{return null}}var xe="http://www.w3.org/2000/svg",mt={menu:"M4 7h16M4 12h16M4 17h16",close:"M6 6l12 12M18 6L6 18",plus:"M12 5v14M5 12h14",pencil:"M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",trash:"M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",reset:"M5 12a7 7 0 1 0 2-5M5 4v4h4",talk:"M5 5h14v11H11l-4 3v-3H5z",people:"M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 3-5 6-5s6 2 6 5M15 5a3 3 0 0 1 0 6M17 14c2 1 4 2 4 5",plug:"M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3"};function x(s){let e=document.createElementNS(xe,"svg");e.setAttribute("viewBox","0 0 24 24"),e.setAttribute("aria-hidden","true"),e.classList.add("icon");let t=document.createElementNS(xe,"path");return t.setAttribute("d",mt[s]),e.append(t),e}var ct=0;function R(){return`id-${++ct}`}function c(s,e,t=""){e.id=R();let o=r("label",{for:e.id},s);if(t==="")return r("div",{class:"field"},o,e);let i=r("p",{class:"hint",id:R()},t);return e.setAttribute("aria-describedby",i.id),r("div",{class:"field"},o,e,i)}function M(s,e,t=!1){let o=r("input",{type:"checkbox",name:e,id:R(),checked:t});return r("div",{class:"check"},o,r("label",{for:o.id},s))}function S(s,e,t){let o=r("button",{type:"button",class:"icon-button",title:e,"aria-label":e});return o.append(x(s)),o.addEventListener("click",t),o}function p(s,e,t=""){let o=r("button",{type:"button",class:t},s);return o.addEventListener("click",e),o}function $({label:s,submit:e,fields:t,act:o,more:i=[]}){let n=r("p",{class:"error",role:"alert",hidden:!0}),a=r("button",{type:"submit",class:"primary"},e),d=r("div",{class:"buttons"},a,...i),l=r("form",{"aria-label":s},...t,n,d);return l.addEventListener("submit",u=>{u.preventDefault(),pt(l,a,n,o)}),l.addEventListener("input",u=>{u.target instanceof Element&&u.target.removeAttribute("aria-invalid")}),l}async function pt(s,e,t,o){if(!e.disabled){e.disabled=!0,m(t,!0);try{await o(new FormData(s))}catch(i){h(t,g(i)),m(t,!1),i instanceof w&&ut(s,i.field)}finally{e.disabled=!1}}}function ut(s,e){let t=e?.replace(/[A-Z]/g,i=>`_${i.toLowerCase()}`)??"",o=s.elements.namedItem(t);o instanceof HTMLElement&&(o.setAttribute("aria-invalid","true"),o.focus())}function _(s,e){let t=s.get(e);return typeof t=="string"&&t.trim()!==""?t.trim():void 0}var se="luxx-token",ie="luxx-name",f={get token(){return sessionStorage.getItem(se)},get name(){return sessionStorage.getItem(ie)??""},begin(s,e){sessionStorage.setItem(se,s),sessionStorage.setItem(ie,e)},end(){sessionStorage.removeItem(se),sessionStorage.removeItem(ie)}};var G=class{el;#e;#o;#t;#s=r("div",{class:"login-body"});#r;constructor(e,t,o,i){this.#e=e,this.#o=o,this.#t=i,this.#r=r("p",{class:"note",role:"status",hidden:t===""},t);let n=r("h1",{},"Luxx"),a=r("div",{class:"login-head"},n,r("p",{},"Conversations that stay with you."));this.el=r("main",{class:"login",id:"main"},a,this.#r,this.#s),this.#n()}focus(){[...this.el.querySelectorAll("input")].find(({value:t})=>t==="")?.focus()}#n(){let e=$({label:"Log in",submit:"Log in",fields:[this.#c(),this.#d("current-password")],act:t=>this.#m(t),more:[p("Create an account",()=>this.#a(()=>this.#i()),"quiet")]});this.#s.replaceChildren(r("h2",{class:"sr-only"},"Log in"),e)}#i(){let e=r("input",{type:"email",name:"email",autocomplete:"email",required:!0}),t=$({label:"Create an account",submit:"Create account",fields:[this.#c(),c("E-mail",e),this.#d("new-password")],act:o=>this.#l(o),more:[p("Log in instead",()=>this.#a(()=>this.#n()),"quiet")]});this.#s.replaceChildren(r("h2",{},"Create an account"),t)}#a(e){this.#r.hidden=!0,e(),this.focus()}#c(){let e=r("input",{name:"username",autocomplete:"username",autocapitalize:"none",spellcheck:"false",required:!0,value:this.#o});return c("Username",e)}#d(e){return c("Password",r("input",{type:"password",name:"password",autocomplete:e,required:!0}))}async#m(e){let{access_token:t,user:o}=await this.#e.login(String(e.get("username")),String(e.get("password")));f.begin(t,o.username),this.#t()}async#l(e){try{await this.#e.register(_(e,"username")??"",_(e,"email")??"",String(e.get("password")))}catch(t){throw b(t,"FORBIDDEN")?new w("This server takes no registrations: ask its administrator.","FORBIDDEN"):t}await this.#m(e)}};var re=200,Me=5e3,ht=new Set(["MessageCompleted","MessageFailed","RoomCompleted","RoomPaused","RoomFailed"]);async function*Ie(s,{signal:e,lost:t,pause:o=Pe}){let i=null,n=re;for(;;){try{for await(let a of s(i))if(t(!1),n=re,i=a.cursor,yield a,ht.has(a.type))return}catch(a){if(!(a instanceof y))throw a}e.throwIfAborted(),t(!0),await o(n,e),n=Math.min(2*n,Me)}}async function D(s,{signal:e,lost:t,pause:o=Pe},i=1/0){let n=re;for(let a=i-1;;a--){try{let d=await s();return e.throwIfAborted(),t(!1),d}catch(d){if(!(d instanceof y)||a<=0)throw d}t(!0),await o(n,e),n=Math.min(2*n,Me)}}function Pe(s,e){return new Promise((t,o)=>{let i=()=>{clearTimeout(n),removeEventListener("online",i),e.removeEventListener("abort",i),e.aborted?o(e.reason):t()},n=setTimeout(i,s);addEventListener("online",i),e.addEventListener("abort",i),e.aborted&&i()})}var E=class{el=r("p",{class:"error",role:"status",hidden:!0});#e=new AbortController;async read(e){let t=o=>this.#o(o?O:"");try{return await D(e,{signal:this.#e.signal,lost:t})}catch(o){T(o)||this.#o(g(o));return}}close(){this.#e.abort()}#o(e){this.el.textContent=e,m(this.el,e==="")}};var ne={conversation:"c",room:"r"},gt={conversation:/^conv_\w+$/,room:/^room_\w+$/};function De(s){let[,e="",t="",o]=s.split("/");if(o!==void 0)return{page:"welcome"};if(e==="providers"&&t==="")return{page:"providers"};for(let i of["conversation","room"])if(e===ne[i]){if(t==="new")return{page:"new",kind:i};if(gt[i].test(t))return{page:"talk",kind:i,id:t}}return{page:"welcome"}}function v(s){switch(s.page){case"welcome":return"#/";case"providers":return"#/providers";case"new":return`#/${ne[s.kind]}/new`;case"talk":return`#/${ne[s.kind]}/${s.id}`}}function K(s,e){let t=r("h2",{id:R()},s),o=r("dialog",{"aria-labelledby":t.id}),i=p("Cancel",()=>o.close()),n=async d=>{await e.act(d),o.close()},a=[...e.more??[],i];o.append(t,$({...e,label:s,act:n,more:a})),o.addEventListener("close",()=>o.remove()),document.body.append(o),o.showModal()}function L(s,e,t,o){K(s,{submit:t,act:o,fields:[r("p",{},e)]})}function k(s){return s==="新会话"||s.trim()===""?"New conversation":s}var ft=100;async function Ce(s,e,t){let[o,i]=await Promise.all([s.conversation(e),s.providers()]);K("Edit conversation",{submit:"Save",fields:de(i,o),act:async n=>{let{title:a}=await s.updateConversation(e,le(n,o));await t(k(a))}})}async function Ne(s,e,t){let o=await s.room(e);K("Edit room",{submit:"Save",fields:[C(o.title,!0),ae(o.max_rounds)],act:async i=>{let n=_(i,"title"),a=Number(i.get("max_rounds")),d=a===o.max_rounds?void 0:a;await t((await s.updateRoom(e,{title:n,max_rounds:d})).title)}})}function C(s="",e=!1){let t=r("input",{name:"title",maxlength:"200",value:s,required:e,autocomplete:"off"});return c(e?"Title":"Title (optional)",t)}function ae(s){let e={min:"1",max:String(ft),inputmode:"numeric"},t=r("input",{type:"number",name:"max_rounds",...e,value:String(s),required:!0});return c("Rounds",t,"In a round every agent speaks once.")}function de(s,e){let t=e?C(k(e.title),!0):C(),o=r("textarea",{name:"system_prompt",rows:"4"});o.value=e?.system_prompt??"";let i=r("select",{name:"provider_id"}),n=s.find(l=>l.is_default);e?.provider_id||i.append(Le("",n?`Default (${n.name})`:"None yet"));for(let{id:l,name:u}of s)i.append(Le(String(l),u));i.value=String(e?.provider_id??"");let a=r("input",{name:"model",autocomplete:"off",spellcheck:"false",value:e?.model??""}),d=()=>{let l=s.find(({id:u})=>String(u)===i.value)??n;a.placeholder=l?.default_model??""};return i.addEventListener("change",()=>{d(),e&&(a.value=a.placeholder)}),d(),[t,c("System prompt (optional)",o,"Who the model is to be, and how it is to answer."),r("div",{class:"pair"},c("Provider",i),c("Model (optional)",a)),M("Let the model think before it answers","thinking_enabled",e?.thinking_enabled)]}function le(s,e){let t=String(s.get("system_prompt")??""),o=Number(s.get("provider_id"))||void 0,i=_(s,"title");return{title:e&&i===k(e.title)?void 0:i,system_prompt:t===(e?.system_prompt??"")?void 0:t,provider_id:o===e?.provider_id?void 0:o,model:_(s,"model"),thinking_enabled:s.has("thinking_enabled")}}function Le(s,e){return r("option",{value:s},e)}var vt=3,z=class{el;title;#e;#o;#t=r("div",{class:"body"});#s=new E;constructor(e,t,o){this.#e=e,this.#o=t,this.title=`New ${o}`;let i=r("h1",{tabindex:"-1"},this.title);this.el=r("div",{class:"page"},i,this.#s.el,this.#t),o==="room"?this.#n():this.#r()}focus(){(this.el.querySelector("input")??this.el.querySelector("h1"))?.focus()}close(){this.#s.close()}async#r(){let e=await this.#s.read(()=>this.#e.providers());if(!e)return;let t=$({label:this.title,submit:"Start conversation",fields:de(e),act:async o=>{let{id:i}=await this.#e.createConversation(le(o));this.#a("conversation",i)}});this.#i(t,e)}async#n(){let e=()=>Promise.all([this.#e.agents(),this.#e.providers()]),[t,o]=await this.#s.read(e)??[];if(!t||!o)return;let i=r("textarea",{name:"task",rows:"4",required:!0}),n=new me(t),a=$({label:this.title,submit:"Create room",fields:[C("",!0),c("Task",i,"What the agents are to discuss."),n.el,ae(vt)],act:async d=>{let{id:l}=await this.#e.createRoom({title:_(d,"title"),task:_(d,"task"),max_rounds:Number(d.get("max_rounds")),agents:n.chosen(d)});this.#a("room",l)}});this.#i(a,o)}#i(e,t){this.#t.replaceChildren(...t.length>0?[]:[yt()],e),this.el.isConnected&&document.activeElement?.tagName!=="INPUT"&&this.focus()}#a(e,t){this.#o.changed(),this.#o.go(v({page:"talk",kind:e,id:t}))}};function yt(){let s=r("a",{href:v({page:"providers"})},"Add one");return r("p",{class:"note"},"There is no model provider yet, so nobody would answer. ",s," first.")}var me=class{el;#e;#o=r("div",{class:"rows"});constructor(e){this.#e=e;let t=e.map(({id:i,name:n,role:a})=>M(a?`${n}, ${a}`:n,`agent-${i}`)),o=p("Add an agent",()=>this.#t().focus());if(this.el=r("fieldset",{},r("legend",{},"Agents"),...t,this.#o,o),e.length===0)for(let i=0;i<2;i++)this.#t()}chosen(e){let t=this.#e.filter(({id:n})=>e.has(`agent-${n}`)).map(({id:n})=>({agentId:n})),o=[...this.#o.children].flatMap(n=>{let[a="",d=""]=[...n.querySelectorAll("input")].map(l=>l.value.trim());return a===""?[]:[d===""?{name:a}:{name:a,role:d}]}),i=[...t,...o];if(i.length===0)throw new w("A room needs at least one agent.","BAD_USER_INPUT");return i}#t(){let e=r("input",{maxlength:"64",autocomplete:"off",placeholder:"Ada"}),t=r("input",{maxlength:"1000",autocomplete:"off",placeholder:"the host"}),o=r("div",{class:"row",role:"group","aria-label":"Agent"}),i=S("close","Remove this agent",()=>o.remove());return o.append(c("Name",e),c("Role (optional)",t),i),this.#o.append(o),e}};var W=class{el;title="Providers";#e;#o=new E;#t=r("ul",{class:"cards"});#s=r("h1",{tabindex:"-1"},"Providers");#r=r("p",{class:"note",role:"status",hidden:!0});constructor(e){this.#e=e;let t=r("p",{class:"lead"},"Where models are: any OpenAI-compatible endpoint, or Anthropic."),o=r("h2",{},"Add a provider"),i=ce(e,()=>this.#n());this.el=r("div",{class:"page"},this.#s,t,this.#r,this.#o.el,this.#t,o,i),this.#n()}focus(){this.#s.focus()}close(){this.#o.close()}async#n(){let e=await this.#o.read(()=>this.#e.providers());e&&this.#t.replaceChildren(...e.map(t=>this.#i(t)))}#i(e){let{id:t,name:o,is_default:i}=e,n=r("strong",{},o),a=r("span",{class:"badge",hidden:!i},"default"),d=r("p",{},`${e.default_model} · ${e.base_url}`),l=p("Make default",()=>{this.#d(()=>this.#e.updateProvider(t,{is_default:!0}))});l.hidden=i;let u=p("Test",()=>{this.#c(e)}),Ke=p("Delete",()=>this.#a(e)),ze=r("div",{class:"buttons"},u,l,Ke);return r("li",{},r("div",{},n,a,d),ze)}#a({id:e,name:t}){L("Delete this provider?",`“${t}” and its key will be gone.`,"Delete",async()=>{await this.#e.deleteProvider(e),await this.#n()})}async#c({id:e,name:t}){this.#m(`Asking ${t}…`),await this.#d(async()=>{let{success:o,message:i}=await this.#e.testProvider(e);this.#m(o?`${t} answers.`:`${t} does not work: ${i}`)})}async#d(e){try{await e(),await this.#n()}catch(t){this.#m(g(t))}}#m(e){h(this.#r,e),this.#r.hidden=!1}};function ce(s,e){let t=r("select",{name:"provider_type"});t.append(r("option",{value:"OPENAI"},"OpenAI-compatible"),r("option",{value:"ANTHROPIC"},"Anthropic"));let o={autocomplete:"off",spellcheck:"false",required:!0},i=r("input",{type:"url",name:"base_url",placeholder:"https://api.deepseek.com/v1",...o}),n=r("input",{type:"password",name:"api_key",...o,autocomplete:"new-password"}),a=r("input",{name:"default_model",...o}),d=$({label:"Add a provider",submit:"Add provider",fields:[r("div",{class:"pair"},c("Name",r("input",{name:"name",...o})),c("Type",t)),c("Base URL",i),c("API key",n,"It is sealed on the server and never shown again."),c("Default model",a),M("Use it where nothing else is chosen","is_default",!0)],act:async l=>{await s.createProvider(bt(l)),d.reset(),await e()}});return d}function bt(s){return{...Object.fromEntries(["name","provider_type","base_url","api_key","default_model"].map(o=>[o,_(s,o)])),is_default:s.has("is_default")}}var N=class{el;#e;#o=r("ul",{});#t;#s=r("p",{class:"error",role:"alert",hidden:!0});#r;#n=new Map;#i=[];#a=0;#c="";constructor(e,t,o){this.#e=o;let i=r("h2",{id:R()},e);this.#t=r("p",{class:"empty",hidden:!0},t),this.#r=p("Show more",()=>{this.#d()},"quiet more"),this.el=r("section",{"aria-labelledby":i.id},i,this.#o,this.#t,this.#s,this.#r),this.#r.hidden=!0}refresh(){return this.#m(1,e=>[...e,...Fe(this.#i,e)])}remove(e){let t=this.#i.filter(o=>o.id!==e);this.#a-=this.#i.length-t.length,this.#i=t,this.#l()}open(e){this.#c=e,this.#l()}async#d(){let e=this.#i.length;this.#r.disabled=!0;let t=Math.floor(e/q)+1;await this.#m(t,o=>[...this.#i,...Fe(o,this.#i)]),this.#r.disabled=!1,this.#n.get(this.#i[e]?.id??"")?.querySelector("a")?.focus()}async#m(e,t){try{let{items:o,total:i}=await this.#e(e);this.#i=t(o),this.#a=i,m(this.#s,!0),this.#l()}catch(o){h(this.#s,g(o)),m(this.#s,!1)}}#l(){he(this.#o,this.#i.map(e=>this.#p(e))),m(this.#t,this.#i.length>0),m(this.#r,this.#i.length>=this.#a)}#p(e){let t=this.#n.get(e.id)??r("li",{},r("a",{},r("span",{class:"name"}),r("span",{class:"mark"})));this.#n.set(e.id,t);let o=t.querySelector("a"),[i,n]=t.querySelectorAll("span");return!o||!i||!n||(o.setAttribute("href",e.hash),o.title=e.title,e.hash===this.#c?o.setAttribute("aria-current","page"):o.removeAttribute("aria-current"),h(i,e.title),h(n,e.mark),m(n,e.mark==="")),t}};function Fe(s,e){let t=new Set(e.map(({id:o})=>o));return s.filter(({id:o})=>!t.has(o))}var Ue=[["/graphql","GraphQL playground"],["/api/docs","REST reference"]],X=class{el;#e;#o;#t=r("span",{class:"who"});constructor(e,t){this.#e=new N("Conversations","None yet.",async i=>{let{items:n,total:a}=await e.conversations(i);return{items:n.map(wt),total:a}}),this.#o=new N("Rooms","None yet.",async i=>{let{items:n,total:a}=await e.rooms(i);return{items:n.map($t),total:a}});let o=r("a",{class:"brand",href:v({page:"welcome"})},"Luxx");this.el=r("nav",{class:"sidebar",id:"sidebar","aria-label":"Conversations and rooms"},r("div",{class:"top"},o),r("div",{class:"make"},He("conversation"),He("room")),r("div",{class:"lists"},this.#e.el,this.#o.el),this.#s(t)),_t(this.el)}show(e){h(this.#t,e)}refresh(){this.#e.refresh(),this.#o.refresh()}remove(e,t){(e==="room"?this.#o:this.#e).remove(t)}open(e){let t=v(e);this.#e.open(t),this.#o.open(t);for(let o of this.el.querySelectorAll(".make a, .foot a"))o.getAttribute("href")===t?o.setAttribute("aria-current","page"):o.removeAttribute("aria-current")}#s(e){let t=Ue.map(([n,a])=>r("a",{href:n,hidden:!0},a)),o=Oe("plug","Providers",v({page:"providers"})),i=r("div",{class:"account"},this.#t,p("Log out",e,"quiet"));return r("div",{class:"foot"},o,...t,i)}};function He(s){return Oe("plus",`New ${s}`,v({page:"new",kind:s}))}function Oe(s,e,t){let o=r("a",{href:t});return o.append(x(s),e),o}async function _t(s){for(let[e]of Ue){let t=await fetch(e,{method:"HEAD"}).catch(()=>null),o=s.querySelector(`a[href="${e}"]`);o&&t?.ok&&m(o,!1)}}function wt({id:s,title:e}){let t=v({page:"talk",kind:"conversation",id:s});return{id:s,title:k(e),hash:t,mark:""}}function $t({id:s,title:e,status:t}){let o={RUNNING:"running",ERROR:"failed",PAUSED:"paused",IDLE:"",COMPLETED:""}[t];return{id:s,title:e,hash:v({page:"talk",kind:"room",id:s}),mark:o}}var pe=matchMedia("(max-width: 760px)"),J=class{el;sidebar;#e=r("main",{id:"main",tabindex:"-1"});#o;#t=r("div",{class:"scrim",hidden:!0});#s=!1;constructor(e,t){this.sidebar=new X(e,t);let o=p("Skip to content",()=>this.#e.focus(),"skip");this.#o=S("menu","Menu",()=>this.#r(!this.#s)),this.#o.classList.add("menu"),this.#o.setAttribute("aria-controls",this.sidebar.el.id);let i=S("close","Close menu",()=>this.#r(!1));i.classList.add("close-menu"),this.sidebar.el.querySelector(".top")?.append(i),this.el=r("div",{class:"shell"},o,this.#o,this.sidebar.el,this.#t,this.#e),this.#t.addEventListener("click",()=>this.#r(!1)),this.sidebar.el.addEventListener("click",n=>{n.target instanceof Element&&n.target.closest("a")&&this.#n(!1)}),this.el.addEventListener("keydown",n=>{n.key==="Escape"&&this.#s&&this.#r(!1)}),pe.addEventListener("change",()=>this.#n(!1)),this.#n(!1)}show(e){this.#n(!1),this.#e.replaceChildren(e.el)}#r(e){this.#n(e),e?this.sidebar.el.querySelector("a[href]")?.focus():this.#o.focus()}#n(e){this.#s=e&&pe.matches,this.#o.setAttribute("aria-expanded",String(this.#s)),this.sidebar.el.classList.toggle("open",this.#s),this.sidebar.el.inert=pe.matches&&!this.#s,this.#e.inert=this.#s,m(this.#t,!this.#s)}};import{LuxxChat as kt,Store as Et}from"../chat/element.js";function Q(s){return s.kind==="room"?s.room?.status==="RUNNING":s.messages.findLast(e=>e.role==="ASSISTANT")?.status==="RUNNING"}var St=16,I=class{store;id;api;#e;#o=new AbortController;#t=null;constructor(e,t,o,i){this.api=e,this.store=t,this.id=o,this.#e=i}async load(){this.#t?.abort();let e=this.#t=new AbortController,t=await D(()=>this.snapshot(),this.#s(e.signal));this.store.replace(t),Q(t)?this.#r(e):this.#t=null}refresh(){this.#t===null&&!this.busy&&this.load().catch(e=>this.fail(e))}rename(e){this.store.state.title=e,this.notice(this.store.state.notice??null)}close(){this.#o.abort(),this.#t?.abort()}get title(){return this.store.state.title}get busy(){return!1}followFromStart(){this.#t?.abort(),this.#r(this.#t=new AbortController)}leave(){this.#t?.abort(),this.#t=null}insist(e){return D(e,this.#s(this.#o.signal),St)}async ask(e){this.notice(null);try{await e()}catch(t){b(t,"CONFLICT","NOT_FOUND")&&await this.load().catch(()=>{}),this.fail(t)}}notice(e){this.store.apply({type:"Notice",text:e})}fail(e){!this.#o.signal.aborted&&!T(e)&&this.notice(g(e))}changed(){this.#e.changed()}#s(e){let t=o=>this.store.setHint(o?O:null);return{signal:AbortSignal.any([e,this.#o.signal]),lost:t}}async#r(e){let t=this.#s(e.signal),o=i=>this.events(i,t.signal);try{for await(let i of Ie(o,t)){if(e.signal.aborted)return;this.take(i)}}catch(i){return t.signal.aborted?void 0:(this.#t=null,b(i,"BAD_USER_INPUT")?void this.load().catch(n=>this.fail(n)):this.fail(i))}this.#t===e&&(this.#t=null),this.changed()}};function Y(){return[...crypto.getRandomValues(new Uint8Array(16))].map(e=>e.toString(16).padStart(2,"0")).join("")}var P=class extends I{hasEarlier=!1;#e=null;get busy(){return this.#e!==null}send(e){if(this.#e?.text===e)return this.#e.done;if(this.#e)return Promise.reject(new Error("The last message is still on its way."));let t=this.#s(e).finally(()=>this.#e=null);return this.#e={text:e,done:t},t}stop(){let e=this.#o();e?.status==="RUNNING"&&this.ask(()=>this.insist(()=>this.api.cancelMessage(e.id)))}retry(){this.ask(()=>this.#n())}start(){}async loadEarlier(){let{state:e}=this.store,t=await this.api.messages(this.id,e.messages[0]?.id);this.hasEarlier=t.length===A,this.store.replace({...e,messages:[...t,...e.messages]})}async snapshot(){let[{title:e,model:t},o]=await Promise.all([this.api.conversation(this.id),this.api.messages(this.id)]),i=o.at(-1);i?.status==="RUNNING"&&(o[o.length-1]=qe(i));let n=this.#t(o[0]);return n.length===0&&(this.hasEarlier=o.length===A),{kind:"conversation",id:this.id,title:k(e),model:t,messages:[...n,...o]}}events(e,t){return this.api.watchReply(this.#o()?.id??"",e,t)}take(e){this.store.apply(e)}#o(){return this.store.state.messages.at(-1)}#t(e){let t=this.store.state.messages;return t.slice(0,Math.max(0,t.findIndex(o=>o.id===e?.id)))}async#s(e){this.notice(null);let t=Y();try{let o=await this.insist(()=>this.api.beginReply(this.id,e,t));this.store.apply({type:"MessageStored",message:o.user_message}),this.store.apply({type:"MessageStored",message:qe(o.assistant_message)})}catch(o){throw b(o,"CONFLICT")&&await this.load().catch(()=>{}),this.fail(o),o}this.followFromStart(),this.#r()}#r(){this.changed(),!(this.store.state.messages.length>2)&&this.api.conversation(this.id).then(({title:e})=>this.rename(k(e)),()=>{})}async#n(){let{state:e}=this.store,[t,o]=e.messages.slice(-2);if(!(t?.role!=="USER"||!o||o.status==="RUNNING")){for(let{id:i}of[o,t])await this.insist(()=>this.#i(i));this.store.replace({...e,messages:e.messages.slice(0,-2)});try{await this.send(t.content)}catch(i){throw new Error(`${g(i)} This was not sent again: ${t.content}`)}}}async#i(e){try{await this.api.deleteMessage(e)}catch(t){if(!b(t,"NOT_FOUND"))throw t}}};function qe(s){return{...s,status:"RUNNING",content:"",process_steps:[],error:null}}var F=class{#e;#o;#t=!1;constructor(e,t){this.#e=new Set(e),this.#o=t}passes(e){switch(e.type){case"MessageStarted":case"MessageChunk":case"MessageEnded":return this.#t=this.#e.has(e.id),!this.#t;case"StepUpdated":return!this.#e.has(e.message_id);case"MessageStored":return this.#t=this.#e.has(e.message.id),!this.#t;case"AgentFailed":return!this.#t;case"RoundStarted":case"RoundEnded":return e.round>=this.#o;default:return!0}}};var H=class extends I{#e=new F([],0);#o=!1;get busy(){return this.#o}send(){}start(){this.#o||(this.#o=!0,this.ask(()=>this.#t()).finally(()=>this.#o=!1))}retry(){this.start()}stop(){this.ask(()=>this.insist(()=>this.api.stopRoom(this.id)))}async reset(){let e=await this.api.resetRoom(this.id);this.leave(),this.store.replace(je(e)),this.changed()}async#t(){let e=Y();await this.insist(()=>this.api.startRoom(this.id,e)),await this.load(),this.changed()}async snapshot(){let e=await this.api.room(this.id),o=(await this.api.roomMessages(this.id)).filter(({status:i})=>i!=="RUNNING");return this.#e=new F(o.map(({id:i})=>i),e.current_round),{...je(e),messages:o}}events(e,t){return this.api.watchRoom(this.id,e,t)}take(e){this.#e.passes(e)&&this.store.apply(e)}};function je(s){let{id:e,title:t,task:o,status:i,max_rounds:n,current_round:a,agents:d}=s;return{kind:"room",id:e,title:t,messages:[],room:{task:o,status:i,max_rounds:n,current_round:a,agents:d}}}var Rt={IDLE:"not started",RUNNING:"running",PAUSED:"paused",COMPLETED:"completed",ERROR:"failed"},U=class{el;#e;#o;#t;#s;#r;#n=r("h1",{tabindex:"-1"});#i=r("span",{class:"model"});#a=r("span",{class:"state"});#c=r("p",{class:"error",role:"alert",hidden:!0});#d;#m=r("div",{class:"actions"});#l=new kt;constructor(e,t,o,i,n){this.#e=e,this.#o=t,this.#t=o,this.#r=n;let a=new Et({kind:o,id:i,title:"",messages:[]}),d={changed:()=>t.changed()};this.#s=o==="room"?new H(e,a,i,d):new P(e,a,i,d),this.#d=p("Show earlier messages",()=>{this.#$()},"quiet earlier"),this.#d.hidden=!0,this.#m.append(...this.#y());let l=r("div",{class:"titles"},this.#n,this.#i,this.#a),u=r("header",{class:"bar"},l,this.#m);this.#l.setAttribute("fill",""),this.el=r("div",{class:"talk loading"},u,this.#c,this.#d,this.#l),a.subscribe(()=>this.#f()),document.addEventListener("visibilitychange",this.#p),this.#u()}get title(){return this.#s.title}focus(){let e=this.#l.firstElementChild?.shadowRoot?.querySelector("textarea");e&&matchMedia("(hover: hover)").matches?e.focus():this.#n.focus()}close(){document.removeEventListener("visibilitychange",this.#p),this.#s.close()}resume(){this.#u()}#p=()=>{document.visibilityState==="visible"&&this.#s.refresh()};async#u(){this.#g("");try{await this.#s.load()}catch(e){T(e)||this.#h(e);return}this.el.classList.remove("loading"),!this.#l.store&&(this.#l.actions=this.#s,this.#l.store=this.#s.store,(this.el.contains(document.activeElement)||document.activeElement===document.body)&&this.focus())}#h(e){let t=b(e,"NOT_FOUND");this.#g(t?`This ${this.#t} does not exist any more.`:g(e)),m(this.#m,t)}#g(e){h(this.#c,e),m(this.#c,e==="")}#f(){let{state:e,hint:t}=this.#s.store;this.#l.store||this.#g(t??""),this.#n.textContent!==e.title&&(h(this.#n,e.title),this.#o.retitled()),h(this.#i,e.model??""),this.#v(e.room?.status??""),m(this.#d,!(this.#s instanceof P&&this.#s.hasEarlier));let o=this.#m.querySelector("[data-act=reset]");o&&m(o,e.room?.status==="IDLE"&&e.messages.length===0)}#v(e){e!==(this.#a.dataset.status??"")&&(this.#a.dataset.status=e,h(this.#a,e&&Rt[e]),this.#o.changed())}#y(){let e=[S("pencil",`Edit ${this.#t}`,()=>{this.#b()}),S("trash",`Delete ${this.#t}`,()=>this.#_())],t=this.#s;if(t instanceof H){let o=S("reset","Reset room",()=>this.#w(t));o.dataset.act="reset",e.unshift(o)}return e}async#b(){let e=this.#t==="room"?Ne:Ce,t=async o=>{this.#o.changed(),this.#s.rename(o),Q(this.#s.store.state)||await this.#u()};try{await e(this.#e,this.#s.id,t)}catch(o){this.#h(o)}}#_(){let e=`“${this.title}” and everything that was said in it will be gone.`;L(`Delete this ${this.#t}?`,e,"Delete",async()=>{await(this.#t==="room"?this.#e.deleteRoom:this.#e.deleteConversation)(this.#s.id),this.#r()})}#w(e){L("Reset this room?","Everything that was said will be gone; the room begins again at its task.","Reset",()=>e.reset())}async#$(){this.#s instanceof P&&(this.#d.disabled=!0,await this.#s.loadEarlier().catch(e=>this.#h(e)),this.#d.disabled=!1)}};var Z=class{el=r("div",{class:"page welcome"});title="";#e;#o=new E;constructor(e){this.#e=e,this.el.append(this.#o.el),this.#t()}focus(){this.el.querySelector("h1")?.focus()}close(){this.#o.close()}async#t(){let e=await this.#o.read(()=>this.#e.providers());e&&(this.el.replaceChildren(this.#o.el,...e.length>0?Tt():this.#s()),document.activeElement===document.body&&this.focus())}#s(){return[Be("Add a model provider"),r("p",{class:"lead"},"Luxx talks to models through providers of your own. Add one to begin: any OpenAI-compatible endpoint, or Anthropic."),ce(this.#e,()=>this.#t())]}};function Tt(){return[Be("What would you like to do?"),r("div",{class:"choices"},Ve("talk","Start a conversation","Ask a model, and watch it think, use tools and answer.","conversation"),Ve("people","Open a room","Give several agents a task, and watch them discuss it.","room"))]}function Be(s){return r("h1",{tabindex:"-1"},s)}function Ve(s,e,t,o){let i=r("a",{class:"choice",href:v({page:"new",kind:o})});return i.append(x(s),r("strong",{},e),r("span",{},t)),i}var At="Your login has ended. Log in again to go on where you were.",ue=class{#e;#o;#t=null;#s=null;#r="";constructor(e){this.#e=e;let t={refused:o=>this.#n(o),back:()=>this.changed()};this.#o=new j(new B(()=>f.token),t),addEventListener("hashchange",()=>this.#l()),document.addEventListener("visibilitychange",()=>{document.visibilityState==="visible"&&this.changed()})}begin(){f.token?this.#a():this.#i("")}go(e){location.hash=e}changed(){f.token&&this.#t?.sidebar.refresh()}retitled(){let e=f.token?this.#s?.title:"Log in";document.title=e?`${e} · Luxx`:"Luxx"}#n(e){!b(e,"UNAUTHENTICATED")||!f.token||(f.end(),this.#i(At))}#i(e){let t=new G(this.#o,e,this.#r,()=>this.#a());for(let o of document.querySelectorAll("dialog"))o.close();this.#t&&(this.#t.el.hidden=!0),this.#e.querySelector(".login")?.remove(),this.#e.append(t.el),this.retitled(),t.focus()}#a(){if(this.#e.querySelector(".login")?.remove(),this.#t&&this.#r===f.name&&this.#s){this.#t.el.hidden=!1,this.#c(this.#s);return}this.#d(),this.#r=f.name,this.#t=new J(this.#o,()=>{this.#m()}),this.#t.sidebar.show(f.name),this.#e.replaceChildren(this.#t.el),this.changed(),this.#l()}#c(e){if(this.changed(),!(e instanceof U))return this.#l();e.resume(),e.focus(),this.retitled()}#d(){this.#s?.close(),this.#s=null,this.#t?.el.remove(),this.#t=null}async#m(){let e=this.#o.logout();this.#d(),await e.catch(()=>{}),f.end(),this.#r="",location.hash="",this.#i("")}#l(){if(!this.#t||!f.token)return;let e=De(location.hash);this.#s?.close(),this.#s=this.#p(e),this.#t.show(this.#s),this.#t.sidebar.open(e),this.retitled(),this.#s.focus()}#p(e){switch(e.page){case"new":return new z(this.#o,this,e.kind);case"providers":return new W(this.#o);case"talk":return new U(this.#o,this,e.kind,e.id,()=>this.#u(e));case"welcome":return new Z(this.#o)}}#u(e){this.#t?.sidebar.remove(e.kind,e.id),this.go(v({page:"welcome"}))}},Ge=r("div",{id:"app"});document.body.append(Ge);new ue(Ge).begin();
