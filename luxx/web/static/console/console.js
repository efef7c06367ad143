function r(s,e={},...t){let o=document.createElement(s);for(let[i,n]of Object.entries(e))n!==!1&&o.setAttribute(i,n===!0?"":n);return o.append(...t),o}function h(s,e){s.textContent!==e&&(s.textContent=e)}function l(s,e){s.hidden!==e&&(s.hidden=e)}function I(s,e){let t=new Set(e);for(let o of[...s.childNodes])t.has(o)||o.remove();e.forEach((o,i)=>{s.childNodes[i]!==o&&s.insertBefore(o,s.childNodes[i]??null)})}var ht=/^#[0-9a-f]{3,8}$/i;function Me(s,e){e&&ht.test(e)?s.style.setProperty("--c",e):s.style.removeProperty("--c")}var _=class extends Error{code;field;constructor(e,t,o=null){super(e),this.code=t,this.field=o}},k=class extends _{constructor(){super("Your login has ended.","UNAUTHENTICATED")}},g=class extends Error{};function Pe({message:s,extensions:e={}}){let{code:t="INTERNAL",field:o=null,retryAfter:i}=e;if(t==="UNAVAILABLE")return new g(s);let n=i?`${s}. Try again in ${Math.ceil(i)} s.`:s;return new _(n,t,o)}function v(s,...e){return s instanceof _&&e.includes(s.code)}function x(s){return s instanceof DOMException&&s.name==="AbortError"}var K="Connection lost. Reconnecting…";function b(s){return s instanceof g?"The server cannot be reached at the moment.":s instanceof Error&&s.message?s.message:"Something went wrong."}var Ie="http://www.w3.org/2000/svg",pt={menu:"M4 7h16M4 12h16M4 17h16",close:"M6 6l12 12M18 6L6 18",plus:"M12 5v14M5 12h14",pencil:"M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",trash:"M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",reset:"M5 12a7 7 0 1 0 2-5M5 4v4h4",talk:"M5 5h14v11H11l-4 3v-3H5z",people:"M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 3-5 6-5s6 2 6 5M15 5a3 3 0 0 1 0 6M17 14c2 1 4 2 4 5",person:"M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-7 8-7s8 3 8 7",plug:"M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3"};function D(s){let e=document.createElementNS(Ie,"svg");e.setAttribute("viewBox","0 0 24 24"),e.setAttribute("aria-hidden","true"),e.classList.add("icon");let t=document.createElementNS(Ie,"path");return t.setAttribute("d",pt[s]),e.append(t),e}var ut=0;function S(){return`id-${++ut}`}function c(s,e,t=""){e.id=S();let o=r("label",{for:e.id},s);if(t==="")return r("div",{class:"field"},o,e);let i=r("p",{class:"hint",id:S()},t);return e.setAttribute("aria-describedby",i.id),r("div",{class:"field"},o,e,i)}function E(s,e,t=!1,o="on"){let i=r("input",{type:"checkbox",name:e,value:o,id:S(),checked:t});return r("div",{class:"check"},i,r("label",{for:i.id},s))}function T(s,e,t){let o=r("button",{type:"button",class:"icon-button",title:e,"aria-label":e});return o.append(D(s)),o.addEventListener("click",t),o}function p(s,e,t=""){let o=r("button",{type:"button",class:t},s);return o.addEventListener("click",e),o}function $({label:s,submit:e,fields:t,act:o,more:i=[]}){let n=r("p",{class:"error",role:"alert",hidden:!0}),a=r("button",{type:"submit",class:"primary"},e),d=r("div",{class:"buttons"},a,...i),m=r("form",{"aria-label":s},...t,n,d);return m.addEventListener("submit",y=>{y.preventDefault(),gt(m,a,n,o)}),m.addEventListener("input",y=>{y.target instanceof Element&&y.target.removeAttribute("aria-invalid")}),m}async function gt(s,e,t,o){if(!e.disabled){e.disabled=!0,l(t,!0);try{await o(new FormData(s))}catch(i){if(i instanceof k)return;let n=i instanceof _?ft(s,i.field):null;h(t,b(i)),n?n.after(t):s.lastElementChild?.before(t),l(t,!1),n?.setAttribute("aria-invalid","true"),n?.focus()}finally{e.disabled=!1}}}function ft(s,e){let t=e?.replace(/[A-Z]/g,i=>`_${i.toLowerCase()}`)??"",o=s.elements.namedItem(t);return o instanceof HTMLElement?o:null}function w(s,e){let t=s.get(e);return typeof t=="string"&&t.trim()!==""?t.trim():void 0}function C(s,e){return s===e?void 0:s}function W(s,e,t=!e?.provider_id){let o=r("select",{name:"provider_id"}),i=s.find(m=>m.is_default);t&&o.append(De("",i?`Default (${i.name})`:"None yet"));for(let{id:m,name:y}of s)o.append(De(String(m),y));o.value=String(e?.provider_id??"");let n=e?.model??"",a=r("input",{name:"model",autocomplete:"off",spellcheck:"false",value:n}),d=()=>{let m=s.find(({id:y})=>String(y)===o.value)??i;a.placeholder=m?.default_model??""};return o.addEventListener("change",()=>{d(),e&&a.value!==""&&(a.value=a.placeholder)}),d(),r("div",{class:"pair"},c("Provider",o),c("Model (optional)",a))}function De(s,e){return r("option",{value:s},e)}var Ce="#808080";function me(s,e,t){let o={autocomplete:"off"},i=r("input",{name:"name",required:!0,value:t?.name??"",...o}),n=r("input",{type:"color",name:"color",value:t?.color??Ce}),a=r("input",{name:"role",value:t?.role??"",placeholder:"the host",...o}),d=r("textarea",{name:"system_prompt",rows:"4"});d.value=t?.system_prompt??"";let m=t?"":"Left as it is, the server chooses one.";return[c("Name",i),c("Role (optional)",a,"The others in a room are told it."),c("System prompt (optional)",d,"Who it is to be, and how it is to speak."),W(s,t,!0),c("Colour",n,m),vt(e,t?.enabled_tools??[])]}function vt(s,e){let t=r("p",{class:"hint",id:S()},"It uses those that your level allows."),o=s.map(({name:i})=>E(i,"enabled_tools",e.includes(i),i));return r("fieldset",{"aria-describedby":t.id},r("legend",{},"Tools (optional)"),t,r("div",{class:"ticks"},...o))}function ce(s,e){let t=n=>C(String(s.get(n)??""),e?.[n]),o=Number(s.get("provider_id"))||null,i=s.getAll("enabled_tools").map(String);return{name:t("name"),role:t("role"),system_prompt:t("system_prompt"),provider_id:e?.provider_id===o?void 0:o,model:t("model"),color:C(String(s.get("color")??""),e?.color??Ce),enabled_tools:e&&yt(i,e.enabled_tools)?void 0:i}}function yt(s,e){return String(s.toSorted())===String(e.toSorted())}var he=200,Le=5e3,bt=new Set(["MessageCompleted","MessageFailed","RoomCompleted","RoomPaused","RoomFailed"]);async function*Ne(s,{signal:e,lost:t,pause:o=He}){let i=null,n=he,a=()=>t(!1);try{for(;;){try{for await(let d of s(i,a))if(a(),n=he,i=d.cursor,yield d,bt.has(d.type))return}catch(d){if(!(d instanceof g))throw d}e.throwIfAborted(),t(!0),await o(n,e),n=Math.min(2*n,Le)}}finally{t(!1)}}async function j(s,{signal:e,lost:t,pause:o=He},i=1/0){let n=he;try{for(let a=i-1;;a--){try{let d=await s();return e.throwIfAborted(),d}catch(d){if(!(d instanceof g)||a<=0)throw d}e.throwIfAborted(),t(!0),await o(n,e),n=Math.min(2*n,Le)}}finally{t(!1)}}function He(s,e){return new Promise((t,o)=>{let i=()=>{clearTimeout(n),removeEventListener("online",i),e.removeEventListener("abort",i),e.aborted?o(e.reason):t()},n=setTimeout(i,s);addEventListener("online",i),e.addEventListener("abort",i),e.aborted&&i()})}var R=class{el=r("p",{class:"error",role:"status",hidden:!0});#e=new AbortController;#o=0;async read(e){let t=++this.#o,o=i=>this.#s(i?K:"");try{let i=await j(e,{signal:this.#e.signal,lost:o});return t===this.#o?i:void 0}catch(i){x(i)||this.#s(b(i));return}}close(){this.#e.abort()}#s(e){this.el.textContent=e,l(this.el,e==="")}};var pe=class{el;name=r("strong",{});badge=r("span",{class:"badge",hidden:!0});about=r("p",{});#e=new Map;#o;constructor(e,t){this.#o=e;for(let[i,n]of Object.entries(t))this.#e.set(i,p(i,()=>n(this.#o)));let o=r("div",{class:"buttons"},...this.#e.values());this.el=r("li",{},r("div",{},this.name,this.badge,this.about),o)}show(e){this.#o=e,h(this.name,e.name);for(let[t,o]of this.#e)o.setAttribute("aria-label",`${t} ${e.name}`)}offer(e,t){let o=this.#e.get(e);o&&l(o,!t)}},L=class{el;title;api;list=r("ul",{class:"cards"});#e;#o;#s=new R;#t;#i=new Map;constructor(e,t,{title:o,about:i,empty:n}){this.api=e,this.title=o,this.#e=t,this.#o=r("h1",{tabindex:"-1"},o),this.#t=r("p",{class:"note",hidden:!0},n);let a=r("p",{class:"lead"},i);this.el=r("div",{class:"page"},this.#o,a,this.#s.el,this.#t,this.list)}focus(){this.#o.focus()}resume(){this.read()}refresh(e=this.#e){e===this.#e&&this.read()}close(){this.#s.close()}async read(){let e=await this.#s.read(()=>this.items());e&&(I(this.list,e.map(t=>this.#r(t).el)),l(this.#t,e.length>0))}#r(e){let t=this.#i.get(e.id)??new pe(e,this.acts());return this.#i.set(e.id,t),t.show(e),this.show(t,e),t}};var F=new Set;function Oe(){for(let s of document.querySelectorAll("dialog[open]"))F.add(s),s.close()}function je(){for(let s of F)s.showModal();F.clear()}function ue(){F.clear();for(let s of document.querySelectorAll("dialog"))s.remove()}function M(s,e){let t=r("h2",{id:S()},s),o=r("dialog",{"aria-labelledby":t.id}),i=p("Cancel",()=>o.close()),n=async d=>{await e.act(d),o.close()},a=[...e.more??[],i];o.append(t,$({...e,label:s,act:n,more:a})),o.addEventListener("close",()=>{F.has(o)||(o.remove(),document.activeElement===document.body&&document.querySelector("main h1")?.focus())}),document.body.append(o),o.showModal()}function P(s,e,t,o){M(s,{submit:t,act:o,fields:[r("p",{},e)]})}var wt={title:"Agents",about:"Personas that you make once and seat in as many rooms as you like. A room keeps them as they were when they were seated in it.",empty:"There are none yet. An agent is somebody for a room’s discussion, such as a host or a sceptic: with a name, a role, a model and words about how it is to behave."},z=class extends L{#e=p("New agent",()=>this.#i(),"primary");#o=[];#s=[];constructor(e){super(e,"agents",wt),this.#e.hidden=!0,this.list.before(this.#e),this.read()}async items(){let{api:e}=this,[t,o,i]=await Promise.all([e.agents(),e.providers(),e.tools()]);return this.#o=o,this.#s=i,l(this.#e,!1),t}acts(){return{Edit:e=>this.#r(e),Delete:e=>this.#n(e)}}show(e,t){e.name.classList.add("agent"),Me(e.name,t.color),h(e.about,[t.role,this.#t(t)].filter(Boolean).join(" · "))}#t({provider_id:e,model:t}){return t||((this.#o.find(({id:n})=>n===e)??this.#o.find(({is_default:n})=>n))?.default_model??"no model yet")}#i(){M("New agent",{submit:"Create agent",fields:me(this.#o,this.#s),act:async e=>{await this.api.createAgent(ce(e)),await this.read()}})}#r(e){M("Edit agent",{submit:"Save",fields:me(this.#o,this.#s,e),act:async t=>{await this.api.updateAgent(e.id,ce(t,e)),await this.read()}})}#n({id:e,name:t}){let o=`“${t}” will be gone. Rooms in which it sits keep their copy.`;P("Delete this agent?",o,"Delete",async()=>{await this.api.deleteAgent(e),await this.read()})}};var N=200,U=20,X=class{#e;#o;#s=!1;constructor(e,t){this.#e=e,this.#o=t}async#t(e,t){let{token:o}=this.#e;try{let i=await this.#e.call(e,t);return this.#i(),i}catch(i){throw this.#r(i,o)}}#i(){this.#s&&(this.#s=!1,this.#o.back())}#r(e,t){return e instanceof g&&(this.#s=!0),v(e,"UNAUTHENTICATED")?(this.#o.loggedOut(t),new k):e}async#n(e,t,o){return(await this.#t(e,o))[t]}async#a(e,t){let{token:o}=this.#e,i=await t;return o===this.#e.token&&this.#o.wrote(e),i}async*#d(e,t,o,i){let{token:n}=this.#e,a=()=>{this.#i(),i()};try{let d=this.#e.subscribe(e,t,o,a);for await(let{event:m}of d)yield m}catch(d){throw o.aborted?d:this.#r(d,n)}}login=(e,t)=>this.#e.call("Login",{username:e,password:t}).then(({session:o})=>o);register=(e,t,o)=>this.#e.call("Register",{username:e,email:t,password:o});logout=()=>this.#e.call("Logout");registration=()=>this.#e.ask("query { health { registration } }").then(({health:e})=>e.registration!==!1).catch(()=>!0);providers=()=>this.#n("Providers","providers");createProvider=e=>this.#a("providers",this.#n("CreateProvider","provider",e));updateProvider=(e,t)=>this.#a("providers",this.#n("UpdateProvider","provider",{provider_id:e,...t}));deleteProvider=e=>this.#a("providers",this.#t("DeleteProvider",{provider_id:e}));testProvider=e=>this.#n("TestProvider","test",{provider_id:e});agents=()=>this.#n("Agents","agents");createAgent=e=>this.#a("agents",this.#n("CreateAgent","agent",e));updateAgent=(e,t)=>this.#a("agents",this.#n("UpdateAgent","agent",{agent_id:e,...t}));deleteAgent=e=>this.#a("agents",this.#t("DeleteAgent",{agent_id:e}));tools=()=>this.#n("Tools","tools");conversations=e=>this.#n("Conversations","page",{page:e,page_size:U});conversation=e=>this.#n("Conversation","conversation",{id:e});createConversation=e=>this.#a("conversations",this.#n("CreateConversation","conversation",e));updateConversation=(e,t)=>this.#a(e,this.#n("UpdateConversation","conversation",{id:e,...t}));deleteConversation=e=>this.#a(e,this.#t("DeleteConversation",{id:e}));messages=async(e,t)=>{let o={conversation_id:e,limit:N,before:t};return(await this.#n("ConversationMessages","conversation",o)).messages};beginReply=(e,t,o)=>{let i={conversation_id:e,content:t,idempotency_key:o};return this.#a(e,this.#n("BeginReply","exchange",i))};watchReply=(e,t,o,i)=>this.#d("WatchReply",{message_id:e,after:t},o,i);cancelMessage=e=>this.#t("CancelMessage",{message_id:e});deleteMessage=e=>this.#t("DeleteMessage",{message_id:e});rooms=e=>this.#n("Rooms","page",{page:e,page_size:U});room=e=>this.#n("Room","room",{room_id:e});createRoom=e=>this.#a("rooms",this.#n("CreateRoom","room",e));updateRoom=(e,t)=>this.#a(e,this.#n("UpdateRoom","room",{room_id:e,...t}));deleteRoom=e=>this.#a(e,this.#t("DeleteRoom",{room_id:e}));startRoom=(e,t)=>this.#a(e,this.#t("StartRoom",{room_id:e,idempotency_key:t}));stopRoom=e=>this.#a(e,this.#t("StopRoom",{room_id:e}));resetRoom=e=>this.#a(e,this.#n("ResetRoom","room",{room_id:e}));roomMessages=async e=>{let t=[];for(;;){let o={room_id:e,limit:N,before:t[0]?.id},{messages:i}=await this.#n("RoomHistory","room",o);if(t.unshift(...i),i.length<N)return t}};watchRoom=(e,t,o,i)=>this.#d("FollowRoomDeltas",{room_id:e,after:t},o,i)};var J=class{#e="";#o=!1;feed(e){let t=this.#o&&e.startsWith(`
`)?e.slice(1):e;e!==""&&(this.#o=e.endsWith("\r"));let o=(this.#e+t.replace(/\r\n?/g,`
`)).split(`

`);return this.#e=o.pop()??"",o.flatMap(_t)}};function _t(s){let e=s.split(`
`).map(n=>{let a=n.indexOf(":");return a<0?[n,""]:[n.slice(0,a),n.slice(a+1).replace(/^ /,"")]}),t=n=>e.flatMap(([a,d])=>a===n?[d]:[]),o=t("data"),i=t("event").at(-1)??"message";return o.length>0?[{name:i,data:o.join(`
`)}]:[]}var Fe=`mutation Register($username: String!, $email: String!, $password: String!) {
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
`;var Ue=`query Agents {
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
`;var qe=`# What only the client package asks: as GraphQL names it, where that says more than REST shows.

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
`;var Ve=`query Conversations($project_id: String, $page: Int, $page_size: Int) {
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
`;var Be=`# What REST shows of each type. An alias is the documented field name.

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
`;var Ge=`query Messages($conversation_id: ID!, $limit: Int, $before: ID) {
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
`;var Ke=`query Providers {
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
`;var We=`# Answers at once: FollowRoom tells the rest.
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
`;var ze=`query Rooms($page: Int, $page_size: Int) {
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
`;var Xe=`query Tools($category: ToolCategory) {
  tools(category: $category) {
    ...ToolDetails
  }
}

query Tool($name: String!) {
  tool(name: $name) {
    ...ToolDetails
  }
}

mutation ExecuteTool($name: String!, $arguments: JSON!) {
  result: executeTool(name: $name, arguments: $arguments)
}
`;var It=/^(?:query|mutation|subscription|fragment)\s+(\w+)[^]*?^}/gm,Dt=/\.\.\.(\w+)/g;function Ct(s){let e=new Map;for(let[t,o]of s.join(`
`).matchAll(It))o&&e.set(o,t);return t=>Je(e,t,new Map).join(`
`)}function Je(s,e,t){let o=s.get(e);if(o===void 0)throw new Error(`There is no operation ${e}`);t.set(e,o);for(let[,i]of o.matchAll(Dt))i&&!t.has(i)&&Je(s,i,t);return[...t.values()]}var ge=Ct([Fe,Ue,qe,Ve,Be,Ge,Ke,We,ze,Xe]);var Qe=45e3,Lt=6e4,Q=class{#e;constructor(e){this.#e=e}get token(){return this.#e()}call(e,t={}){return this.ask(ge(e),t)}async ask(e,t={}){let o=await this.#o(e,t,{accept:"application/json",signal:AbortSignal.timeout(Lt)});return fe(await Ye(o),o.status)}async*subscribe(e,t,o,i){let n=new ve(o);try{let a={accept:"text/event-stream",signal:n.signal},d=await this.#o(ge(e),t,a);d.headers.get("content-type")?.startsWith("text/event-stream")||fe(await Ye(d),d.status),i();let m=new J;for await(let y of Nt(d)){n.heard(),i();for(let le of m.feed(y)){if(le.name==="complete")return;le.name==="next"&&(yield fe(le.data,d.status))}}}finally{n.end()}}async#o(e,t,{accept:o,signal:i}){let n={accept:o,"content-type":"application/json"},a=this.#e();a&&(n.authorization=`Bearer ${a}`);let d=JSON.stringify({query:e,variables:t});return ye(fetch("/graphql",{method:"POST",headers:n,body:d,signal:i,cache:"no-store"}))}},ve=class{#e=new AbortController;#o;#s=()=>this.#e.abort();#t;constructor(e){this.#o=e,this.#t=setTimeout(this.#s,Qe),e.aborted&&this.#s(),e.addEventListener("abort",this.#s)}get signal(){return this.#e.signal}heard(){clearTimeout(this.#t),this.#t=setTimeout(this.#s,Qe)}end(){clearTimeout(this.#t),this.#o.removeEventListener("abort",this.#s),this.#s()}};async function*Nt(s){let e=s.body?.getReader();if(!e)throw new g("The answer has no body");let t=new TextDecoder;for(;;){let{value:o,done:i}=await ye(e.read());if(i)return;yield t.decode(o,{stream:!0})}}async function ye(s){try{return await s}catch(e){throw new g(e instanceof Error?e.message:String(e))}}function Ye(s){return ye(s.text())}function fe(s,e){let t=Ht(s),[o]=t?.errors??[];if(o)throw Pe(o);if(t?.data)return t.data;throw new g(`The server answered ${e}`)}function Ht(s){try{return JSON.parse(s)}catch{return null}}var be="luxx-token",we="luxx-name",u={get token(){return sessionStorage.getItem(be)},get name(){return sessionStorage.getItem(we)??""},begin(s,e){sessionStorage.setItem(be,s),sessionStorage.setItem(we,e)},forget(){for(let s of Object.keys(sessionStorage))s.startsWith("graphiql:")&&sessionStorage.removeItem(s)},end(){sessionStorage.removeItem(be),sessionStorage.removeItem(we)}};var Y=class{el;#e;#o;#s;#t=r("div",{class:"login-body"});#i;#r;constructor(e,t,o,i){this.#e=e,this.#o=o,this.#s=i,this.#r=e.registration(),this.#i=r("p",{class:"note",role:"status",hidden:t===""},t);let n=r("h1",{},"Luxx"),a=r("div",{class:"login-head"},n,r("p",{},"Conversations that stay with you."));this.el=r("main",{class:"login",id:"main"},a,this.#i,this.#t),this.#n()}focus(){[...this.el.querySelectorAll("input")].find(({value:t})=>t==="")?.focus()}#n(){let e=p("Create an account",()=>this.#d(()=>this.#a()),"quiet");e.hidden=!0,this.#r.then(o=>l(e,!o));let t=$({label:"Log in",submit:"Log in",fields:[this.#l(),this.#m("current-password")],act:o=>this.#c(o),more:[e]});this.#t.replaceChildren(r("h2",{class:"sr-only"},"Log in"),t)}#a(){let e=r("input",{type:"email",name:"email",autocomplete:"email",required:!0}),t=$({label:"Create an account",submit:"Create account",fields:[this.#l(),c("E-mail",e),this.#m("new-password")],act:o=>this.#h(o),more:[p("Log in instead",()=>this.#d(()=>this.#n()),"quiet")]});this.#t.replaceChildren(r("h2",{},"Create an account"),t)}#d(e){this.#i.hidden=!0,e(),this.focus()}#l(){let e=r("input",{name:"username",autocomplete:"username",autocapitalize:"none",spellcheck:"false",required:!0,value:this.#o});return c("Username",e)}#m(e){return c("Password",r("input",{type:"password",name:"password",autocomplete:e,required:!0}))}async#c(e){let{access_token:t,user:o}=await this.#e.login(String(e.get("username")),String(e.get("password")));u.begin(t,o.username),this.#s()}async#h(e){try{await this.#e.register(w(e,"username")??"",w(e,"email")??"",String(e.get("password")))}catch(t){throw v(t,"FORBIDDEN")?new _("This server takes no registrations: ask its administrator.","FORBIDDEN"):t}await this.#c(e)}};var _e={conversation:"c",room:"r"},Ot={conversation:/^conv_\w+$/,room:/^room_\w+$/};function Ze(s){let[,e="",t="",o]=s.split("/");if(o!==void 0)return{page:"welcome"};for(let i of["agents","providers"])if(e===i&&t==="")return{page:i};for(let i of["conversation","room"])if(e===_e[i]){if(t==="new")return{page:"new",kind:i};if(Ot[i].test(t))return{page:"talk",kind:i,id:t}}return{page:"welcome"}}function f(s){switch(s.page){case"welcome":return"#/";case"agents":case"providers":return`#/${s.page}`;case"new":return`#/${_e[s.kind]}/new`;case"talk":return`#/${_e[s.kind]}/${s.id}`}}function A(s){return s==="新会话"||s.trim()===""?"New conversation":s}var jt=100;async function et(s,e,t,o){let[i,n]=await Promise.all([s.conversation(e),s.providers()]);o.throwIfAborted(),M("Edit conversation",{submit:"Save",fields:Se(n,i),act:async a=>{let{title:d}=await s.updateConversation(e,Te(a,i));await t(A(d))}})}async function tt(s,e,t,o){let i=await s.room(e);o.throwIfAborted(),M("Edit room",{submit:"Save",fields:[q(i.title,!0),$e(i.max_rounds)],act:async n=>{let a=w(n,"title"),d=Number(n.get("max_rounds")),m=d===i.max_rounds?void 0:d;await t((await s.updateRoom(e,{title:a,max_rounds:m})).title)}})}function q(s="",e=!1){let t=r("input",{name:"title",maxlength:"200",value:s,required:e,autocomplete:"off"});return c(e?"Title":"Title (optional)",t)}function $e(s){let e={min:"1",max:String(jt),inputmode:"numeric"},t=r("input",{type:"number",name:"max_rounds",...e,value:String(s),required:!0});return c("Rounds",t,"In a round every agent speaks once.")}function Se(s,e){let t=e?q(A(e.title),!0):q(),o=r("textarea",{name:"system_prompt",rows:"4"});return o.value=e?.system_prompt??"",[t,c("System prompt (optional)",o,"Who the model is to be, and how it is to answer."),W(s,e),E("Let the model think before it answers","thinking_enabled",e?.thinking_enabled)]}function Te(s,e){let t=String(s.get("system_prompt")??""),o=Number(s.get("provider_id"))||void 0,i=w(s,"title"),n=w(s,"model");return{title:e&&i===A(e.title)?void 0:i,system_prompt:C(t,e?.system_prompt??""),provider_id:o===e?.provider_id?void 0:o,model:e?C(n??"",e.model):n,thinking_enabled:s.has("thinking_enabled")}}var Ft=3,Z=class{el;title;#e;#o;#s;#t=r("div",{class:"body"});#i=new R;#r=null;constructor(e,t,o){this.#e=e,this.#o=t,this.#s=o,this.title=`New ${o}`;let i=r("h1",{tabindex:"-1"},this.title);this.el=r("div",{class:"page"},i,this.#i.el,this.#t),this.#a()}focus(){(this.el.querySelector("input")??this.el.querySelector("h1"))?.focus()}resume(){this.#t.firstChild||this.#a()}refresh(e="agents"){e==="agents"&&this.#r&&this.#n(this.#r)}close(){this.#i.close()}async#n(e){let t=await this.#i.read(()=>this.#e.agents());t&&e.show(t)}#a(){this.#s==="room"?this.#l():this.#d()}async#d(){let e=await this.#i.read(()=>this.#e.providers());if(!e)return;let t=$({label:this.title,submit:"Start conversation",fields:Se(e),act:async o=>{let{id:i}=await this.#e.createConversation(Te(o));this.#c("conversation",i)}});this.#m(t,e)}async#l(){let e=()=>Promise.all([this.#e.agents(),this.#e.providers()]),[t,o]=await this.#i.read(e)??[];if(!t||!o)return;let i=r("textarea",{name:"task",rows:"4",required:!0}),n=this.#r=new Ae(t),a=$({label:this.title,submit:"Create room",fields:[q("",!0),c("Task",i,"What the agents are to discuss."),n.el,$e(Ft)],act:async d=>{let{id:m}=await this.#e.createRoom({title:w(d,"title"),task:w(d,"task"),max_rounds:Number(d.get("max_rounds")),agents:n.chosen(d)});this.#c("room",m)}});this.#m(a,o)}#m(e,t){this.#t.replaceChildren(...t.length>0?[]:[Ut()],e),this.el.isConnected&&document.activeElement?.tagName!=="INPUT"&&this.focus()}#c(e,t){this.#o.changed(),this.#o.go(f({page:"talk",kind:e,id:t}))}};function Ut(){let s=r("a",{href:f({page:"providers"})},"Add one");return r("p",{class:"note"},"There is no model provider yet, so nobody would answer. ",s," first.")}var Ae=class{el;#e=r("div",{class:"rows"});#o=new Map;#s=[];#t=r("div",{class:"rows"});constructor(e){let t=p("Add an agent",()=>this.#r().focus());if(this.el=r("fieldset",{},r("legend",{},"Agents"),this.#e,this.#t,t),this.show(e),e.length===0)for(let o=0;o<2;o++)this.#r()}show(e){this.#s=e,I(this.#e,e.map(t=>this.#i(t)))}chosen(e){let t=this.#s.filter(({id:n})=>e.has(`agent-${n}`)).map(({id:n})=>({agentId:n})),o=[...this.#t.children].flatMap(n=>{let[a="",d=""]=[...n.querySelectorAll("input")].map(m=>m.value.trim());return a===""?[]:[d===""?{name:a}:{name:a,role:d}]}),i=[...t,...o];if(i.length===0)throw new _("A room needs at least one agent.","BAD_USER_INPUT");return i}#i({id:e,name:t,role:o}){let i=this.#o.get(e)??E("",`agent-${e}`);this.#o.set(e,i);let n=i.querySelector("label");return n&&h(n,o?`${t}, ${o}`:t),i}#r(){let e=r("input",{maxlength:"64",autocomplete:"off",placeholder:"Ada"}),t=r("input",{maxlength:"1000",autocomplete:"off",placeholder:"the host"}),o=r("div",{class:"row",role:"group","aria-label":"Agent"}),i=T("close","Remove this agent",()=>o.remove());return o.append(c("Name",e),c("Role (optional)",t),i),this.#t.append(o),e}};var qt={title:"Providers",about:"Where models are: any OpenAI-compatible endpoint, or Anthropic.",empty:"There are none yet."},ot="Make default",ee=class extends L{#e=r("p",{class:"note",role:"status",hidden:!0});constructor(e){super(e,"providers",qt),this.list.before(this.#e),this.el.append(r("h2",{},"Add a provider"),ke(e,()=>this.read())),this.read()}resume(){this.#e.hidden=!0,super.resume()}items(){return this.api.providers()}acts(){return{Test:e=>{this.#s(e)},[ot]:({id:e})=>{this.#t(()=>this.api.updateProvider(e,{is_default:!0}))},Delete:e=>this.#o(e)}}show(e,{default_model:t,base_url:o,is_default:i}){h(e.about,`${t} · ${o}`),h(e.badge,"default"),l(e.badge,!i),e.offer(ot,!i)}#o({id:e,name:t}){P("Delete this provider?",`“${t}” and its key will be gone.`,"Delete",async()=>{await this.api.deleteProvider(e),await this.read()})}async#s({id:e,name:t}){this.#i(`Asking ${t}…`),await this.#t(async()=>{let{success:o,message:i}=await this.api.testProvider(e);this.#i(o?`${t} answers.`:`${t} does not work: ${i}`)})}async#t(e){try{await e(),await this.read()}catch(t){this.#i(b(t))}}#i(e){h(this.#e,e),this.#e.hidden=!1}};function ke(s,e){let t=r("select",{name:"provider_type"});t.append(r("option",{value:"OPENAI"},"OpenAI-compatible"),r("option",{value:"ANTHROPIC"},"Anthropic"));let o={autocomplete:"off",spellcheck:"false",required:!0},i=r("input",{type:"url",name:"base_url",placeholder:"https://api.deepseek.com/v1",...o}),n=r("input",{type:"password",name:"api_key",...o,autocomplete:"new-password"}),a=r("input",{name:"default_model",...o}),d=$({label:"Add a provider",submit:"Add provider",fields:[r("div",{class:"pair"},c("Name",r("input",{name:"name",...o})),c("Type",t)),c("Base URL",i),c("API key",n,"It is sealed on the server and never shown again."),c("Default model",a),E("Use it where nothing else is chosen","is_default",!0)],act:async m=>{await s.createProvider(Vt(m)),d.reset(),await e()}});return d}function Vt(s){return{...Object.fromEntries(["name","provider_type","base_url","api_key","default_model"].map(o=>[o,w(s,o)])),is_default:s.has("is_default")}}var te=class{items=[];total=0;#e;#o=1;#s=0;constructor(e){this.#e=e}async refresh(){let e=++this.#s,t=()=>e===this.#s;try{let{items:o,total:i}=await this.#t();t()&&Object.assign(this,{items:o,total:i})}catch(o){if(t())throw o}return t()}more(){return this.#o=Math.ceil(this.items.length/U)+1,this.refresh()}remove(e){let t=this.items.filter(o=>o.id!==e);this.total-=this.items.length-t.length,this.items=t,this.#s++}async#t(){let e=new Map;for(let t=1;;t++){let{items:o,total:i}=await this.#e(t);for(let n of o)e.has(n.id)||e.set(n.id,n);if(t>=this.#o||o.length<U)return{items:[...e.values()],total:i}}}};var V=class{el;#e;#o=r("ul",{});#s;#t=r("p",{class:"error",role:"alert",hidden:!0});#i;#r=new Map;#n="";constructor(e,t,o){this.#e=new te(o);let i=r("h2",{id:S()},e);this.#s=r("p",{class:"empty",hidden:!0},t),this.#i=p("Show more",()=>{this.#a()},"quiet more"),this.el=r("section",{"aria-labelledby":i.id},i,this.#o,this.#s,this.#t,this.#i),this.#i.hidden=!0}refresh(){return this.#d(this.#e.refresh())}remove(e){this.#e.remove(e),this.#l(),this.refresh()}open(e){this.#n=e,this.#l()}async#a(){let e=this.#e.items.length;this.#i.disabled=!0,await this.#d(this.#e.more()),this.#i.disabled=!1,this.#r.get(this.#e.items[e]?.id??"")?.querySelector("a")?.focus()}async#d(e){try{if(!await e)return;l(this.#t,!0),this.#l()}catch(t){h(this.#t,b(t)),l(this.#t,!1)}}#l(){let{items:e,total:t}=this.#e;I(this.#o,e.map(o=>this.#m(o))),l(this.#s,e.length>0),l(this.#i,e.length>=t)}#m(e){let t=this.#r.get(e.id)??r("li",{},r("a",{},r("span",{class:"name"}),r("span",{class:"mark"})));this.#r.set(e.id,t);let o=t.querySelector("a"),[i,n]=t.querySelectorAll("span");return!o||!i||!n||(o.setAttribute("href",e.hash),o.title=e.title,e.hash===this.#n?o.setAttribute("aria-current","page"):o.removeAttribute("aria-current"),h(i,e.title),h(n,e.mark),l(n,e.mark==="")),t}};async function st(s){return(await fetch(s,{method:"HEAD"}).catch(()=>null))?.ok??!1}var rt=[["/graphql","GraphQL playground"],["/api/docs","REST reference"]],oe=class{el;#e;#o;#s=r("span",{class:"who"});constructor(e,t){this.#e=new V("Conversations","None yet.",async i=>{let{items:n,total:a}=await e.conversations(i);return{items:n.map(Gt),total:a}}),this.#o=new V("Rooms","None yet.",async i=>{let{items:n,total:a}=await e.rooms(i);return{items:n.map(Kt),total:a}});let o=r("a",{class:"brand",href:f({page:"welcome"})},"Luxx");this.el=r("nav",{class:"sidebar",id:"sidebar","aria-label":"Conversations and rooms"},r("div",{class:"top"},o),r("div",{class:"make"},it("conversation"),it("room")),r("div",{class:"lists"},this.#e.el,this.#o.el),this.#t(t)),Bt(this.el)}show(e){h(this.#s,e)}refresh(){this.#e.refresh(),this.#o.refresh()}remove(e,t){(e==="room"?this.#o:this.#e).remove(t)}open(e){let t=f(e);this.#e.open(t),this.#o.open(t);for(let o of this.el.querySelectorAll(".make a, .foot a"))o.getAttribute("href")===t?o.setAttribute("aria-current","page"):o.removeAttribute("aria-current")}#t(e){let t=rt.map(([a,d])=>r("a",{href:a,hidden:!0},d)),o=Ee("person","Agents",f({page:"agents"})),i=Ee("plug","Providers",f({page:"providers"})),n=r("div",{class:"account"},this.#s,p("Log out",e,"quiet"));return r("div",{class:"foot"},o,i,...t,n)}};function it(s){return Ee("plus",`New ${s}`,f({page:"new",kind:s}))}function Ee(s,e,t){let o=r("a",{href:t});return o.append(D(s),e),o}async function Bt(s){for(let[e]of rt){let t=s.querySelector(`a[href="${e}"]`);t&&await st(e)&&l(t,!1)}}function Gt({id:s,title:e}){let t=f({page:"talk",kind:"conversation",id:s});return{id:s,title:A(e),hash:t,mark:""}}function Kt({id:s,title:e,status:t}){let o={RUNNING:"running",ERROR:"failed",PAUSED:"paused",IDLE:"",COMPLETED:""}[t];return{id:s,title:e,hash:f({page:"talk",kind:"room",id:s}),mark:o}}var Re=matchMedia("(max-width: 760px)"),se=class{el;sidebar;#e=r("main",{id:"main",tabindex:"-1"});#o;#s=r("div",{class:"scrim",hidden:!0});#t=!1;constructor(e,t){this.sidebar=new oe(e,t);let o=p("Skip to content",()=>this.#e.focus(),"skip");this.#o=T("menu","Menu",()=>this.#i(!this.#t)),this.#o.classList.add("menu"),this.#o.setAttribute("aria-controls",this.sidebar.el.id);let i=T("close","Close menu",()=>this.#i(!1));i.classList.add("close-menu"),this.sidebar.el.querySelector(".top")?.append(i),this.el=r("div",{class:"shell"},o,this.#o,this.sidebar.el,this.#s,this.#e),this.#s.addEventListener("click",()=>this.#i(!1)),this.sidebar.el.addEventListener("click",n=>{n.target instanceof Element&&n.target.closest("a")&&this.#r(!1)}),this.el.addEventListener("keydown",n=>{n.key==="Escape"&&this.#t&&this.#i(!1)}),Re.addEventListener("change",()=>this.#r(!1)),this.#r(!1)}show(e){this.#r(!1),this.#e.replaceChildren(e.el)}#i(e){this.#r(e),e?this.sidebar.el.querySelector("a[href]")?.focus():this.#o.focus()}#r(e){this.#t=e&&Re.matches,this.#o.setAttribute("aria-expanded",String(this.#t)),this.sidebar.el.classList.toggle("open",this.#t),this.sidebar.el.inert=Re.matches&&!this.#t,this.#e.inert=this.#t,l(this.#s,!this.#t)}};var ie=class{#e;#o=null;constructor(e){this.#e=e}open(e){this.close(),this.#o=new BroadcastChannel(`luxx ${e}`),this.#o.onmessage=({data:t})=>this.#e(String(t))}tell(e){this.#o?.postMessage(e)}close(){this.#o?.close(),this.#o=null}};import{LuxxChat as zt,Store as Xt}from"../chat/element.js";var nt={IDLE:"not started",RUNNING:"running",PAUSED:"paused",COMPLETED:"completed",ERROR:"failed"};function re(s){return s.kind==="room"?s.room?.status==="RUNNING":s.messages.findLast(e=>e.role==="ASSISTANT")?.status==="RUNNING"}var Wt=16,H=class{store;id;api;#e;#o=new AbortController;#s=new Set;#t=null;#i=!1;constructor(e,t,o,i){this.api=e,this.store=t,this.id=o,this.#e=i}async load(){this.#t?.abort();let e=this.#t=new AbortController;this.#i=!1;try{let t=await j(()=>this.snapshot(),this.#r(e.signal));e.signal.throwIfAborted(),this.store.replace(t())}catch(t){throw this.#t===e&&(this.#t=null),v(t,"NOT_FOUND")&&this.gone(),t}re(this.store.state)?this.#d(e):this.#a()}refresh(){if(this.#t===null&&!this.busy)return this.#n();this.#i=!0,this.retitle()}gone(){this.store.setBlocked(`This ${this.store.state.kind} does not exist any more.`)}rename(e){this.store.state.title=e,this.notice(this.store.state.notice??null)}close(){this.#o.abort(),this.#t?.abort()}get title(){return this.store.state.title}get busy(){return!1}retitle(){this.storedTitle().then(e=>this.rename(e),()=>{})}followFromStart(){this.#t?.abort(),this.#d(this.#t=new AbortController)}leave(){this.#t?.abort(),this.#t=null}insist(e){return j(e,this.#r(this.#o.signal),Wt)}async ask(e){this.notice(null);try{await e()}catch(t){v(t,"CONFLICT","NOT_FOUND")&&await this.load().catch(()=>{}),this.fail(t)}}notice(e){this.store.apply({type:"Notice",text:e})}fail(e){let t=x(e)||e instanceof k;!this.#o.signal.aborted&&!t&&this.notice(b(e))}changed(){this.#e.changed()}#r(e){let t={signal:AbortSignal.any([e,this.#o.signal]),lost:o=>{o?this.#s.add(t):this.#s.delete(t),this.store.setHint(this.#s.size>0?K:null)}};return t}#n(){this.load().catch(e=>this.fail(e))}#a(){this.#t=null,this.#i&&this.#n()}async#d(e){let t=this.#r(e.signal),o=(i,n)=>this.events(i,t.signal,n);try{for await(let i of Ne(o,t)){if(e.signal.aborted)return;this.take(i)}}catch(i){return t.signal.aborted?void 0:(this.#t=null,v(i,"BAD_USER_INPUT","NOT_FOUND")?this.#n():this.fail(i))}this.#t===e&&this.#a(),this.changed()}};function ne(){return[...crypto.getRandomValues(new Uint8Array(16))].map(e=>e.toString(16).padStart(2,"0")).join("")}var O=class extends H{hasEarlier=!1;#e=null;#o=!1;#s=null;#t=new Set;get busy(){return this.#o||this.#e!==null}send(e){if(this.#e?.text===e)return this.#e.done;if(this.busy)return Promise.reject(new Error("The last message is still on its way."));let t=this.#n(e).finally(()=>this.#e=null);return this.#e={text:e,done:t},t}stop(){let e=this.#i();e?.status==="RUNNING"&&this.ask(()=>this.insist(()=>this.api.cancelMessage(e.id)))}retry(){this.busy||(this.#o=!0,this.ask(()=>this.#d()).finally(()=>this.#o=!1))}start(){}async loadEarlier(){let e=this.store.state.messages[0]?.id,t=await this.api.messages(this.id,e),{state:o}=this.store;o.messages[0]?.id===e&&(this.hasEarlier=t.length===N,this.store.replace({...o,messages:[...t,...o.messages]}))}async snapshot(){let[{title:e,model:t},o]=await Promise.all([this.api.conversation(this.id),this.api.messages(this.id)]),i=o.at(-1);return i?.status==="RUNNING"&&(o[o.length-1]=at(i)),()=>{let n=this.#r(o[0]);return n.length===0&&(this.hasEarlier=o.length===N),{kind:"conversation",id:this.id,title:A(e),model:t,messages:[...n,...o]}}}async storedTitle(){return A((await this.api.conversation(this.id)).title)}events(e,t,o){return this.api.watchReply(this.#i()?.id??"",e,t,o)}take(e){this.store.apply(e)}#i(){return this.store.state.messages.at(-1)}#r(e){let t=this.store.state.messages;return t.slice(0,Math.max(0,t.findIndex(o=>o.id===e?.id)))}async#n(e){this.notice(null);let t=this.#s?.text===e?this.#s.key:ne();this.#s={text:e,key:t};try{let o=await this.insist(()=>this.api.beginReply(this.id,e,t));this.#s=null,await this.#a(o.user_message,o.assistant_message)}catch(o){throw o instanceof g||v(o,"INTERNAL")||(this.#s=null),v(o,"CONFLICT")&&await this.load().catch(()=>{}),this.fail(o),o}this.changed(),this.store.state.messages.length<=2&&this.retitle()}async#a(e,t){if(this.store.state.messages.some(({id:o})=>o===t.id))return this.load().catch(()=>{});this.store.apply({type:"MessageStored",message:e}),this.store.apply({type:"MessageStored",message:at(t)}),this.followFromStart()}async#d(){let[e,t]=this.store.state.messages.slice(-2);if(e?.role!=="USER"||!t||t.status==="RUNNING")return;for(let{id:n}of[t,e])await this.#l(n);let{state:o}=this.store,i=o.messages.filter(n=>n.id!==e.id&&n.id!==t.id);this.store.replace({...o,messages:i}),this.#s=null,await this.#n(e.content).catch(()=>this.store.setDraft(e.content))}#l(e){return this.insist(async()=>{try{await this.api.deleteMessage(e)}catch(t){if(v(t,"NOT_FOUND")&&this.#t.has(e))return;throw t instanceof g&&this.#t.add(e),t}this.#t.add(e)})}};function at(s){return{...s,status:"RUNNING",content:"",process_steps:[],error:null}}var B=class{#e;#o;#s=!1;constructor(e,t){this.#e=new Set(e),this.#o=t}passes(e){switch(e.type){case"MessageStarted":case"MessageChunk":case"MessageEnded":return this.#s=this.#e.has(e.id),!this.#s;case"StepUpdated":return!this.#e.has(e.message_id);case"MessageStored":return this.#s=this.#e.has(e.message.id),!this.#s;case"AgentFailed":return!this.#s;case"RoundStarted":case"RoundEnded":return e.round>=this.#o;default:return!0}}};var G=class extends H{#e=new B([],0);#o=!1;get busy(){return this.#o}send(){}start(){this.#o||(this.#o=!0,this.ask(()=>this.#s()).finally(()=>this.#o=!1))}retry(){this.start()}stop(){this.ask(()=>this.insist(()=>this.api.stopRoom(this.id)))}async reset(){let e=await this.api.resetRoom(this.id);this.leave(),this.store.replace(dt(e)),this.changed()}async#s(){let e=ne();await this.insist(()=>this.api.startRoom(this.id,e)),await this.load(),this.changed()}async snapshot(){let e=await this.api.room(this.id),o=(await this.api.roomMessages(this.id)).filter(({status:n})=>n!=="RUNNING"),i=o.map(({id:n})=>n);return()=>(this.#e=new B(i,e.current_round),{...dt(e),messages:o})}async storedTitle(){return(await this.api.room(this.id)).title}events(e,t,o){return this.api.watchRoom(this.id,e,t,o)}take(e){this.#e.passes(e)&&this.store.apply(e)}};function dt(s){let{id:e,title:t,task:o,status:i,max_rounds:n,current_round:a,agents:d}=s;return{kind:"room",id:e,title:t,messages:[],room:{task:o,status:i,max_rounds:n,current_round:a,agents:d}}}var ae=class{el;#e;#o;#s;#t;#i;#r=r("h1",{tabindex:"-1"});#n=r("span",{class:"model"});#a=r("span",{class:"state"});#d=r("p",{class:"error",role:"alert",hidden:!0});#l;#m=r("div",{class:"actions"});#c=new zt;#h=new AbortController;#g=!1;constructor(e,t,o,i,n){this.#e=e,this.#o=t,this.#s=o,this.#i=n;let a=new Xt({kind:o,id:i,title:"",messages:[]}),d={changed:()=>t.changed()};this.#t=o==="room"?new G(e,a,i,d):new O(e,a,i,d),this.#l=p("Show earlier messages",()=>{this.#S()},"quiet earlier"),this.#l.hidden=!0,this.#m.append(...this.#b());let m=r("div",{class:"titles"},this.#r,this.#n,this.#a),y=r("header",{class:"bar"},m,this.#m);this.#c.setAttribute("fill",""),this.el=r("div",{class:"talk loading"},y,this.#d,this.#l,this.#c),a.subscribe(()=>this.#v()),this.#u()}get title(){return this.#t.title}focus(){let e=this.#c.firstElementChild?.shadowRoot?.querySelector("textarea");e&&matchMedia("(hover: hover)").matches?e.focus():this.#r.focus()}close(){this.#h.abort(),this.#t.close()}resume(){this.#u()}refresh(e=this.#t.id){e===this.#t.id&&(this.#c.store?this.#t.refresh():this.#u())}async#u(){this.#p("");try{await this.#t.load()}catch(e){x(e)||this.#f(e);return}this.el.classList.remove("loading"),!this.#c.store&&(this.#c.actions=this.#t,this.#c.store=this.#t.store,(this.el.contains(document.activeElement)||document.activeElement===document.body)&&this.focus())}#f(e){v(e,"NOT_FOUND")?this.#t.gone():this.#p(b(e))}#p(e){h(this.#d,e),l(this.#d,e==="")}#v(){let{state:e,blocked:t,hint:o}=this.#t.store;this.#c.store||this.#p(t??o??""),l(this.#m,t!==null),this.#r.textContent!==e.title&&(h(this.#r,e.title),this.#o.retitled()),h(this.#n,e.model??""),this.#y(e.room?.status??""),l(this.#l,!(this.#t instanceof O&&this.#t.hasEarlier));let i=this.#m.querySelector("[data-act=reset]");i&&l(i,e.room?.status==="IDLE"&&e.messages.length===0)}#y(e){e!==(this.#a.dataset.status??"")&&(this.#a.dataset.status=e,h(this.#a,e&&nt[e]),this.#o.changed())}#b(){let e=[T("pencil",`Edit ${this.#s}`,()=>{this.#w()}),T("trash",`Delete ${this.#s}`,()=>this.#_())],t=this.#t;if(t instanceof G){let o=T("reset","Reset room",()=>this.#$(t));o.dataset.act="reset",e.unshift(o)}return e}async#w(){if(this.#g)return;this.#g=!0,this.#p("");let e=this.#s==="room"?tt:et,t=async o=>{this.#o.changed(),this.#t.rename(o),re(this.#t.store.state)||await this.#u()};try{await e(this.#e,this.#t.id,t,this.#h.signal)}catch(o){x(o)||this.#f(o)}finally{this.#g=!1}}#_(){let e=`“${this.title}” and everything that was said in it will be gone.`;P(`Delete this ${this.#s}?`,e,"Delete",async()=>{await(this.#s==="room"?this.#e.deleteRoom:this.#e.deleteConversation)(this.#t.id),this.#i()})}#$(e){P("Reset this room?","Everything that was said will be gone; the room begins again at its task.","Reset",()=>e.reset())}async#S(){this.#t instanceof O&&(this.#l.disabled=!0,this.#p(""),await this.#t.loadEarlier().catch(e=>this.#f(e)),this.#l.disabled=!1)}};var de=class{el=r("div",{class:"page welcome"});title="";#e;#o=new R;constructor(e){this.#e=e,this.el.append(this.#o.el),this.#s()}focus(){this.el.querySelector("h1")?.focus()}resume(){this.el.querySelector("h1")||this.#s()}close(){this.#o.close()}async#s(){let e=await this.#o.read(()=>this.#e.providers());e&&(this.el.replaceChildren(this.#o.el,...e.length>0?Jt():this.#t()),document.activeElement===document.body&&this.focus())}#t(){return[mt("Add a model provider"),r("p",{class:"lead"},"Luxx talks to models through providers of your own. Add one to begin: any OpenAI-compatible endpoint, or Anthropic."),ke(this.#e,()=>this.#s())]}};function Jt(){return[mt("What would you like to do?"),r("div",{class:"choices"},lt("talk","Start a conversation","Ask a model, and watch it think, use tools and answer.","conversation"),lt("people","Open a room","Give several agents a task, and watch them discuss it.","room"))]}function mt(s){return r("h1",{tabindex:"-1"},s)}function lt(s,e,t,o){let i=r("a",{class:"choice",href:f({page:"new",kind:o})});return i.append(D(s),r("strong",{},e),r("span",{},t)),i}var Qt="Your login has ended. Log in again to go on where you were.",xe=class{#e;#o;#s=new ie(e=>this.#a(e));#t=null;#i=null;#r="";#n="";constructor(e){this.#e=e,this.#o=new X(new Q(()=>u.token),{loggedOut:t=>this.#d(t),back:()=>this.changed(),wrote:t=>this.#s.tell(t)}),addEventListener("hashchange",()=>this.#v()),addEventListener("pageshow",()=>this.#l()),addEventListener("pagehide",()=>this.#s.close()),document.addEventListener("visibilitychange",()=>this.#a())}begin(){u.token?this.#h():this.#c("")}go(e){location.hash=e}changed(){u.token&&this.#t?.sidebar.refresh()}retitled(){let e=u.token?this.#i?.title:"Log in";document.title=e?`${e} · Luxx`:"Luxx"}#a(e){!u.token||document.visibilityState!=="visible"||(this.changed(),this.#i?.refresh?.(e))}#d(e){u.token!==null&&u.token!==e||(u.end(),this.#m||this.#c(Qt))}#l(){u.token?this.#m||u.name!==this.#r?this.#h():this.#s.open(this.#r):this.#m||this.#p()}get#m(){return this.#e.querySelector(".login")}#c(e){let t=new Y(this.#o,e,this.#r,()=>this.#h());Oe(),this.#t&&(this.#t.el.hidden=!0),this.#m?.remove(),this.#e.append(t.el),this.retitled(),t.focus()}#h(){if(this.#m?.remove(),this.#t&&this.#r===u.name&&this.#i){this.#t.el.hidden=!1,this.#g(this.#i);return}this.#u(),this.#r=u.name,this.#s.open(this.#r),this.#t=new se(this.#o,()=>this.#f()),this.#t.sidebar.show(u.name),this.#e.replaceChildren(this.#t.el),this.changed(),this.#v()}#g(e){if(this.changed(),location.hash!==this.#n)return this.#v();e.resume(),e.focus(),je(),this.retitled()}#u(){this.#s.close(),ue(),this.#i?.close(),this.#i=null,this.#t?.el.remove(),this.#t=null}#f(){this.#o.logout().catch(()=>{}),u.end(),u.forget(),this.#p()}#p(){this.#u(),this.#r="",location.hash="",this.#c("")}#v(){if(!this.#t||!u.token)return;this.#n=location.hash;let e=Ze(this.#n);ue(),this.#i?.close(),this.#i=this.#y(e),this.#t.show(this.#i),this.#t.sidebar.open(e),this.retitled(),this.#i.focus()}#y(e){switch(e.page){case"new":return new Z(this.#o,this,e.kind);case"agents":return new z(this.#o);case"providers":return new ee(this.#o);case"talk":return new ae(this.#o,this,e.kind,e.id,()=>this.#b(e));case"welcome":return new de(this.#o)}}#b(e){this.#t?.sidebar.remove(e.kind,e.id),this.go(f({page:"welcome"}))}},ct=r("div",{id:"app"});document.body.append(ct);new xe(ct).begin();
